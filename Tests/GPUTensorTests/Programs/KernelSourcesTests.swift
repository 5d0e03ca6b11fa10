import Foundation
import TestFiles
import TestSupport
import Testing

@testable import GPUTensor

@Suite struct KernelSourcesTests {
  /// The folder kernels/ of this checkout.
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("kernels")

  @Test func everyFileOfTheFolderIsEmbeddedUnchanged() throws {
    let found = try KernelSources.subfolders.flatMap { subfolder in
      try FileManager.default
        .contentsOfDirectory(atPath: Self.folder.appendingPathComponent(subfolder).path)
        .map { "\(subfolder)/\($0)" }
    }
    #expect(Set(KernelSources.names.map { KernelSources.path(of: $0) }) == Set(found))
    #expect(KernelSources.names.count == found.count, "a name is a file's own, whatever its folder")
    for name in KernelSources.names {
      let path = try #require(KernelSources.path(of: name))
      let text = try String(contentsOf: Self.folder.appendingPathComponent(path), encoding: .utf8)
      #expect(try KernelSources.embedded.text(of: name) == text, "\(path) is embedded as it is")
    }
  }

  @Test func aUserDefinedFileIsAdded() throws {
    let context = try testContext()
    let text = """
      #include "vector.cl"

      __kernel void twice(__global const float *restrict x, __global float *restrict y) {
        y[get_global_id(0)] = 2.0f * x[get_global_id(0)];
      }
      """
    try context.add(KernelSource(name: "twice.cl", text: text))
    try context.add(KernelSource(name: "twice.cl", text: text))
    let x = try Tensor(context, [3], [1, 2, 3])
    let y = Tensor(context, [3], label: "y")
    let list = CommandList(context)
    list.append(
      "twice", KernelVariant("twice.cl", "twice", [:]), over: .items([3]),
      [.tensor(x), .tensor(y)])
    try list.run()
    #expect(try y.floats() == [2, 4, 6])
    for (name, reason) in [
      ("gemm.cl", "the library has a kernel file 'gemm.cl'; choose another name"),
      ("twice.cl", "a kernel file 'twice.cl' with another text was added already"),
    ] {
      let error = #expect(throws: KernelSourceError.self) {
        try context.add(KernelSource(name: name, text: "other"))
      }
      #expect(error?.description == reason)
    }
  }

  @Test func aMissingFileIsNamed() throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: KernelSourceError.self) {
      try KernelSources.folder(folder.path).text(of: "gemm.cl")
    }
    #expect(error?.description.contains("\(folder.path)/gemm.cl") == true)
    #expect(KernelSources.path(of: "no.cl") == nil)
  }

  @Test func aFolderIsFlatOrHasSubfolders() throws {
    let folder = try TemporaryFolder()
    try writeKernels(to: folder.path)
    let sources = KernelSources.folder(folder.path)
    for name in KernelSources.names {
      #expect(try sources.text(of: name) == KernelSources.embedded.text(of: name), "\(name)")
    }
    try "flat".write(toFile: folder.path + "/gemm.cl", atomically: false, encoding: .utf8)
    #expect(try sources.text(of: "gemm.cl") == "flat", "one in the folder itself comes first")
  }

  @Test(arguments: KernelSources.names) func indentationFollowsBraces(name: String) throws {
    let text = try KernelSources.embedded.text(of: name)
    #expect(KernelLayout(text).mistakes == [], "\(name)")
    #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 301, "\(name)")
  }

  /// The comment at the start of a file gives its formula, indented; in a file with kernels it also
  /// says which work-item computes what.
  @Test(arguments: KernelSources.names) func aFileBeginsWithItsFormula(name: String) throws {
    let text = try KernelSources.embedded.text(of: name)
    let head = text.split(separator: "\n", omittingEmptySubsequences: false)
      .prefix { $0.hasPrefix("//") }
    #expect(!head.isEmpty, "\(name)")
    if text.contains("__kernel") {
      #expect(head.contains { $0.hasPrefix("//   ") }, "\(name) gives its formula")
      #expect(text.contains("Index map"), "\(name) gives its index map")
    }
  }

  @Test(arguments: [
    ("void f() {\n    a;\n}", 2), ("void f() {\n  a;\n }", 3), ("void f() {\n  a; \n}", 2),
    ("void f() {\n\ta;\n}", 2), ("void f() {\n  if (a)\n  b;\n}", 3),
    ("void f() {\n  if (a) {\n    b;\n    }\n}", 4), ("void f() {\n  if (a) {\n  b;\n  }\n}", 3),
    ("void f() {\n  for (;;)\n    for (;;) {\n      a;\n    }\n   b;\n}", 6),
    ("#define A(b) \\\n  {            \\\n   b;           \\\n  }", 3),
    ("void f() {\n  // right\n // wrong\n}", 3), (String(repeating: "a", count: 101), 1),
    ("void f() {\n  a(b,\n  c);\n}", 3),
  ])
  func aMisplacedLineIsFound(source: String, line: Int) {
    let mistakes = KernelLayout(source).mistakes
    #expect(mistakes.first?.hasPrefix("\(line): ") == true, "\(mistakes)")
  }

  /// A program has included code once, and each kernel's own macros only around that kernel: a name
  /// in both would be undefined for the next kernel.
  @Test func noKernelUndefinesAnIncludedMacro() throws {
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
      .filter { name in
        zip(KernelSources.names, texts).contains { $0 == name && !KernelFile.isTemplate(name, $1) }
      }
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
