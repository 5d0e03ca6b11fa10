import TestSupport
import Testing

@testable import GPUTensor

/// Tests which launches may overtake others.
@Suite struct LaunchOrderTests {
  private final class Memory {}
  private let memory = Memory()

  private func reads(_ bytes: Range<Int>) -> MemoryAccess {
    MemoryAccess(owner: ObjectIdentifier(memory), bytes: bytes, writes: false)
  }

  private func writes(_ bytes: Range<Int>) -> MemoryAccess {
    MemoryAccess(owner: ObjectIdentifier(memory), bytes: bytes, writes: true)
  }

  /// Returns the order of launches of different kernels.
  private func order(_ accesses: [MemoryAccess]...) -> LaunchOrder {
    LaunchOrder(
      of: accesses.enumerated().map { index, memory in
        LaunchOrder.Needs(kernel: KernelVariant("test.cl", "kernel\(index)", [:]), memory: memory)
      })
  }

  @Test func aReaderWaitsForTheWriter() {
    let order = order([writes(0..<8)], [reads(4..<12)])
    #expect(order.awaited == [[], [0]] && order.last == [1])
  }

  @Test func aWriterWaitsForAllReaders() {
    let order = order([reads(0..<8)], [reads(0..<8)], [writes(0..<4)])
    #expect(order.awaited == [[], [], [1, 0]] && order.last == [2])
  }

  @Test func writersKeepTheirOrder() {
    #expect(order([writes(0..<8)], [writes(7..<9)]).awaited == [[], [0]])
  }

  @Test func neighboursAndOthersDoNotWait() {
    let other = Memory()
    let elsewhere = MemoryAccess(owner: ObjectIdentifier(other), bytes: 0..<8, writes: true)
    let order = order([writes(0..<8)], [writes(8..<16)], [elsewhere], [])
    #expect(order.awaited == [[], [], [], []] && order.last == [0, 1, 2, 3])
  }

  /// A launch that waits for the second of a chain need not wait for the first.
  @Test func waitingForTheEndOfAChainSuffices() {
    let order = order(
      [writes(0..<4)], [reads(0..<4), writes(4..<8)], [reads(0..<8), writes(8..<9)],
      [reads(8..<9)])
    #expect(order.awaited == [[], [0], [1], [2]] && order.last == [3])
  }

  @Test func launchesOfOneKernelKeepTheirOrder() {
    let needs = LaunchOrder.Needs(kernel: KernelVariant("test.cl", "kernel", [:]), memory: [])
    #expect(LaunchOrder(of: [needs, needs]).awaited == [[], [0]])
  }

  /// Both backward products of a layer read the previous launch's result; the next launch needs
  /// only one of them.
  @Test(.enabled("the queue is out of order") { (try? testContext())?.isOutOfOrder == true })
  func kernelsDeclareReadOnlyArguments() throws {
    let context = try testContext()
    func tensor(_ label: String, _ shape: Int...) -> Tensor {
      Tensor(context, shape, zeros: true, label: label)
    }
    let (x, w, y) = (tensor("x", 4, 16), tensor("w", 16, 32), tensor("y", 4, 32))
    let (dw, db, dx) = (tensor("dw", 16, 32), tensor("db", 32), tensor("dx", 4, 16))
    let list = CommandList(context)
    list.gemmNN("y", x, w, epilogue: .output(bias: db, .identity, nil), into: y)
    list.gemmNT("dx", y, w, epilogue: .gradient(.identity, dropped: nil, of: x), into: dx)
    list.gemmTN("dw", x, y, into: dw, columnSums: db)
    list.gemmNT("again", y, w, epilogue: .gradient(.identity, dropped: nil, of: dx), into: x)
    try list.run()
    try context.finish()
    #expect(list.order.awaited == [[], [0], [0], [2, 1]] && list.order.last == [3])
  }
}
