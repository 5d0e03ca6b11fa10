import Foundation
import GPUTensor
import TestSupport
import Testing

@Suite struct ProgramTests {
  private func fill(_ sources: KernelSources) throws -> [Float] {
    let context = try testContext(kernelSources: sources)
    let out = Tensor(context, [4], label: "out")
    let list = CommandList(context)
    list.fillUniform(
      "fill", bound: 1, source: RandomSource(seed: 1, stream: 1), step: 0, into: out)
    try list.run()
    return try out.floats()
  }

  @Test func anEditedKernelRunsWithoutARebuild() throws {
    let edited = try kernelFolder(changing: "random.cl") {
      $0.replacingOccurrences(of: "fma(2.0f * bound, u, -bound)", with: "0.0f * u + 42.0f")
    }
    defer { try? FileManager.default.removeItem(atPath: edited) }
    #expect(try fill(.folder(edited)) == [42, 42, 42, 42])
    #expect(try fill(.embedded) != [42, 42, 42, 42])
  }

  @Test func aBuildErrorNamesFileAndLine() throws {
    let original = try KernelSources.embedded.text(of: "random.cl")
    let line = 1 + original.components(separatedBy: "\n").count
    let broken = try kernelFolder(changing: "random.cl") {
      $0
        + "\n__kernel void oops(void) { this is not C; }\n"
        .replacingOccurrences(of: "__kernel", with: "static")
    }
    defer { try? FileManager.default.removeItem(atPath: broken) }
    let error = #expect(throws: KernelBuildError.self) { try fill(.folder(broken)) }
    #expect(error?.description.contains("random.cl:\(line)") == true, "\(error?.log ?? "")")
  }

  @Test func anErrorInAnIncludedFileNamesThatFile() throws {
    let broken = try kernelFolder(changing: "philox.cl") { "int x = ;\n" + $0 }
    defer { try? FileManager.default.removeItem(atPath: broken) }
    let error = #expect(throws: KernelBuildError.self) { try fill(.folder(broken)) }
    #expect(error?.description.contains("philox.cl:1") == true, "\(error?.log ?? "")")
  }
}
