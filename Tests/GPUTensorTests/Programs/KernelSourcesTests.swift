import Foundation
import GPUTensor
import TestSupport
import Testing

@Suite struct KernelSourcesTests {
  /// The folder kernels/ of this checkout.
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("kernels")

  @Test func everyFileOfTheFolderIsEmbeddedAsItIs() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).sorted()
    #expect(KernelSources.names == files)
    for file in files {
      let text = try String(contentsOf: Self.folder.appendingPathComponent(file), encoding: .utf8)
      #expect(try KernelSources.embedded.text(of: file) == text, "\(file) is embedded as it is")
    }
  }

  @Test func aMissingFileIsNamed() {
    let error = #expect(throws: KernelSourceError.self) {
      try KernelSources.folder("/nonexistent").text(of: "gemm.cl")
    }
    #expect(error?.description.contains("/nonexistent/gemm.cl") == true)
  }
}
