import Foundation
import GPUTensor
import TestFiles
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

  @Test func aMissingFileIsNamed() throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: KernelSourceError.self) {
      try KernelSources.folder(folder.path).text(of: "gemm.cl")
    }
    #expect(error?.description.contains("\(folder.path)/gemm.cl") == true)
  }

  /// A program holds what is included once, and each kernel's own macros only around it: a name that both had would be
  /// gone for the next kernel.
  @Test func noKernelTakesAwayAnIncludedMacro() throws {
    let setting = /^#ifndef (\w+)\n#define \1 .+\n#endif$/.anchorsMatchLineEndings()
    let macro = /^#define (\w+)/.anchorsMatchLineEndings()
    let include = /^#include "(.+)"$/.anchorsMatchLineEndings()
    let texts = try KernelSources.names.map { try KernelSources.embedded.text(of: $0) }
    let files = zip(KernelSources.names, texts).map { name, text in
      let settings = Set(text.matches(of: setting).map { String($0.1) })
      let all = Set(text.matches(of: macro).map { String($0.1) })
      return (name: name, settings: settings, macros: all.subtracting(settings))
    }
    let included = Set(texts.flatMap { $0.matches(of: include).map { String($0.1) } })
    #expect(included.contains("vector.cl"))
    for shared in files where included.contains(shared.name) {
      #expect(!shared.macros.isEmpty || shared.name == "step_state.cl", "\(shared.name)")
      for other in files where other.name != shared.name {
        let isShared = included.contains(other.name)
        let own = isShared ? other.settings : other.settings.union(other.macros)
        #expect(shared.macros.intersection(own) == [], "\(other.name) and \(shared.name)")
      }
    }
  }
}
