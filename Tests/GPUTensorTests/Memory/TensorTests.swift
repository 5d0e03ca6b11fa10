import TestSupport
import Testing

@testable import GPUTensor

@Suite struct TensorTests {
  @Test func readsWhatWasWritten() throws {
    let context = try testContext()
    let tensor = try Tensor(context, [2, 3], [1, 2, 3, 4, 5, 6])
    #expect(try tensor.floats() == [1, 2, 3, 4, 5, 6])
    #expect(try tensor.startReading().wait() == [1, 2, 3, 4, 5, 6])
    #expect(try tensor.prefix(1).floats() == [1, 2, 3])
    try tensor.fillZero()
    #expect(try tensor.floats() == [0, 0, 0, 0, 0, 0])
  }

  @Test func aViewSharesItsTensorsMemory() throws {
    let context = try testContext()
    let step = context.device.bufferAlignment / 4
    let tensor = Tensor(context, [2 * step], label: "flat")
    try tensor.fillZero()
    try tensor.view(at: step, [1, 2], label: "view").write([7, 8] as [Float])
    let floats = try tensor.floats()
    #expect(Array(floats[step..<step + 2]) == [7, 8])
    #expect(floats.filter { $0 != 0 }.count == 2)
  }

  @Test func memoryIsCountedAndReleased() throws {
    let context = try testContext()
    let before = context.memory.current
    do {
      let tensor = Tensor(context, [1000], label: "thousand")
      _ = tensor.view(at: 0, [10], label: "part")
      #expect(context.memory.current == before + 4000, "a view has no memory of its own")
    }
    #expect(context.memory.current == before)
    #expect(context.memory.peak >= before + 4000)
  }

  @Test func everyTransferIsCounted() throws {
    let context = try testContext()
    let tensor = Tensor(context, [4], label: "four")
    #expect(context.transfers.count == 0)
    try tensor.write([1, 2, 3, 4] as [Float])
    #expect(context.transfers.count == 1 && context.transfers.bytes == 16)
    _ = try tensor.floats()
    _ = try tensor.startReading().wait()
    #expect(context.transfers.count == 3 && context.transfers.bytes == 48)
  }

  @Test func moreMemoryThanTheDeviceHasIsAnErrorWithTheLabel() throws {
    let context = try testContext()
    let tensor = Tensor(context, [1 << 44], label: "everything")
    let error = #expect(throws: OpenCLError.self) { try tensor.buffer.handle() }
    #expect(error?.description.contains("everything") == true)
    #expect(error?.description.contains("smaller batch") == true)
    // A command list is refused before anything is allocated.
    #expect(throws: DeviceMemoryError.self) { try CommandList.compile([CommandList(context)]) }
  }

  @Test func zeroInitializedTensorsAreZero() throws {
    let context = try testContext()
    let tensor = Tensor(context, [1000], zeros: true, label: "zeros")
    #expect(context.transfers.count == 0)
    #expect(try tensor.floats() == [Float](repeating: 0, count: 1000))
  }
}
