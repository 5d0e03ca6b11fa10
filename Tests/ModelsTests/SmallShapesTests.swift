import GPUTensor
import Testing

/// Every kernel at small shapes. `scripts/test-oclgrind` runs this suite a second time, under a simulator
/// that sees what no device shows: reads and writes beside a buffer, races, numbers that nobody has written.
@Suite struct SmallShapesTests {
  // Run twice, once for all tests.
  private static let runs = Result { (first: try SmallRun(), second: try SmallRun()) }

  @Test func everyKernelIsLaunched() throws {
    let run = try Self.runs.get().first
    let kernel = /__kernel\b[^{;]*?\bvoid\s+(\w+)\s*\(/
    let kernels = try KernelSources.names.flatMap { file in
      try KernelSources.embedded.text(of: file).matches(of: kernel).map { "\(file) \($0.1)" }
    }
    #expect(kernels.contains("gemm.cl gemm_nn"), "the kernels are found")
    #expect(Set(kernels).subtracting(run.launched) == [], "SmallRun launches every kernel")
  }

  @Test func everyNumberIsFinite() throws {
    for (name, values) in try Self.runs.get().first.numbers {
      #expect(values.allSatisfy { $0.isFinite }, "\(name)")
      #expect(values.contains { $0 != 0 }, "\(name)")
    }
  }

  @Test func everyParameterLearns() throws {
    let run = try Self.runs.get().first
    let trained = run.numbers.filter { run.drawn.keys.contains($0.name) }
    #expect(trained.count == run.drawn.count && !trained.isEmpty)
    for (name, values) in trained { #expect(values != run.drawn[name], "\(name)") }
  }

  @Test func twoRunsGiveTheSameBits() throws {
    let (first, second) = try Self.runs.get()
    #expect(first.numbers.map(\.name) == second.numbers.map(\.name))
    for (one, other) in zip(first.numbers, second.numbers) {
      #expect(one.values.map(\.bitPattern) == other.values.map(\.bitPattern), "\(one.name)")
    }
  }
}
