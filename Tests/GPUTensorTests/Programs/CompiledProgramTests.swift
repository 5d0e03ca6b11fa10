import TestSupport
import Testing

@testable import GPUTensor

@Suite struct CompiledProgramTests {
  private static let copy = KernelVariant("copy.cl", "copy", ["LANES": 4, "VECTORS": 1])
  private static let step = KernelVariant("step.cl", "advance_step", [:])
  private static let sums = (1...3).map { KernelVariant("meter.cl", "accumulate", ["GROUP": $0]) }

  @Test func itsTextHasAll() throws {
    let program = CompiledProgram(
      variants: [Self.copy, Self.step], sizes: [Self.copy: [[1], [8, 4]]])
    let read = try #require(CompiledProgram(text: program.text))
    #expect(read.variants == program.variants && read.sizes[Self.copy] == [[1], [8, 4]])
    #expect(read.sizes[Self.step]?.isEmpty == true && read.key == program.key)
  }

  @Test(arguments: ["", "copy.cl copy", "copy.cl\t1", "copy.cl copy LANES\t1", "a b\t1\t2"])
  func otherTextsAreRefused(text: String) {
    #expect(CompiledProgram(text: text) == nil)
  }

  /// The program with the most of the kernels comes first, of two the smaller one; others that have
  /// none of the rest are not loaded.
  @Test func compiledProgramsAreUsed() throws {
    let programs = try testContext(kernelSources: testKernels).programs
    let (all, small) = ([Self.copy, Self.step] + Self.sums, [Self.copy, Self.step])
    programs.prefer([all, small, [Self.sums[2]], [Self.sums[0], Self.sums[2]]])
    #expect(try programs.missing(of: [Self.copy, Self.step]) == [small])
    #expect(try programs.missing(of: Set(all)) == [all])
    #expect(
      try programs.missing(of: [Self.sums[0], Self.sums[2]]) == [[Self.sums[0], Self.sums[2]]])
    let other = KernelVariant("meter.cl", "accumulate", ["GROUP": 4])
    #expect(try programs.missing(of: [Self.copy, other]) == [small, [other]])
    programs.prefer([])
    #expect(try programs.missing(of: [other]) == [[other]])
  }
}
