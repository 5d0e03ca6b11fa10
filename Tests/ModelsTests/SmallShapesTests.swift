import GPUTensor
import Testing

/// Every kernel at small shapes. `scripts/test` leaves this suite to `scripts/test-oclgrind`, which
/// runs it under a simulator that sees what no device shows: accesses outside a buffer, races and
/// uninitialized memory.
@Suite struct SmallShapesTests {
  // Made once for all tests.
  private static let run = Result { try SmallRun() }

  @Test func everyKernelIsLaunched() throws {
    let run = try Self.run.get()
    let kernel = /__kernel\b[^{;]*?\bvoid\s+(\w+)\s*\(/
    let kernels = try KernelSources.names.flatMap { file in
      try KernelSources.embedded.text(of: file).matches(of: kernel).map { "\(file) \($0.1)" }
    }
    #expect(kernels.contains("gemm.cl gemm_nn"), "the kernels are found")
    #expect(Set(kernels).subtracting(run.launched) == [], "SmallRun launches every kernel")
  }

  @Test func everyNumberIsFinite() throws {
    for (name, values) in try Self.run.get().numbers {
      #expect(values.allSatisfy { $0.isFinite }, "\(name)")
      #expect(values.contains { $0 != 0 }, "\(name)")
    }
  }

  @Test func everyParameterLearns() throws {
    let run = try Self.run.get()
    let trained = run.numbers.filter { run.drawn.keys.contains($0.name) }
    #expect(trained.count == run.drawn.count && !trained.isEmpty)
    for (name, values) in trained { #expect(values != run.drawn[name], "\(name)") }
  }
}
