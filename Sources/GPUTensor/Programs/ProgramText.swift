/// The text of one program that holds many kernel variants.
///
/// A program costs a driver a tenth of a second before its first kernel, so a model's variants go into
/// one. Files that others include come first, once, without their settings. Then each variant is its file's
/// text again, behind its options and those settings as macros, with its functions renamed by a suffix and
/// with the kernels that it does not ask for blanked out. `#line` keeps the compiler's messages true to the
/// files.
struct ProgramText {
  /// The whole program.
  private(set) var text = ""
  /// The name that each variant's kernel function has in it.
  private(set) var kernelNames: [KernelVariant: String] = [:]

  private let sources: KernelSources
  private var files: [String: KernelFile] = [:]

  init(_ variants: Set<KernelVariant>, from sources: KernelSources) throws {
    self.sources = sources
    let ordered = variants.sorted { $0.sortKey < $1.sortKey }
    var included: [String] = []
    for variant in ordered { try collectIncludes(of: variant.file, into: &included) }
    for name in included { append(try file(name).textWithoutSettings, of: name) }
    for (number, variant) in ordered.enumerated() { try append(variant, suffix: "__\(number)") }
  }

  private mutating func file(_ name: String) throws -> KernelFile {
    if let file = files[name] { return file }
    let file = KernelFile(try sources.text(of: name))
    files[name] = file
    return file
  }

  /// Adds the files that `name` includes, each behind those that it includes itself.
  private mutating func collectIncludes(of name: String, into included: inout [String]) throws {
    for include in try file(name).includes where !included.contains(include) {
      try collectIncludes(of: include, into: &included)
      included.append(include)
    }
  }

  private mutating func append(_ variant: KernelVariant, suffix: String) throws {
    let file = try file(variant.file)
    guard file.kernels.contains(variant.function) else {
      throw KernelSourceError(description: "no kernel '\(variant.function)' in \(variant.file)")
    }
    var included: [String] = []
    try collectIncludes(of: variant.file, into: &included)
    var macros = variant.options
    for name in included {
      macros.merge(try self.file(name).settings) { option, _ in option }
    }
    for (name, value) in macros.sorted(by: { $0.key < $1.key }) {
      text += "#define \(name) \(value)\n"
    }
    for function in file.functions { text += "#define \(function) \(function)\(suffix)\n" }
    append(file.text(keeping: variant.function), of: variant.file)
    let defined = Set(macros.keys).union(file.functions).union(file.macros)
    for name in defined.sorted() { text += "#undef \(name)\n" }
    kernelNames[variant] = variant.function + suffix
  }

  private mutating func append(_ body: String, of name: String) {
    text += "#line 1 \"\(name)\"\n\(body)\n"
  }
}

/// What a program's text needs to know of a kernel file.
///
/// NOTE: it relies on the files' form. A function begins in column 0 with `__kernel` or `static`, and
/// ends with a `}` in column 0. A setting, which an option replaces, is the three lines `#ifndef NAME`,
/// `#define NAME value`, `#endif`.
private struct KernelFile {
  /// The text without its `#include` lines, which are left empty.
  let text: String
  /// The files that it includes.
  let includes: [String]
  /// The macros that it defines.
  let macros: [String]
  /// Its settings, with their values.
  let settings: [String: String]
  /// All its functions.
  let functions: [String]
  /// The kernels among them.
  let kernels: [String]

  init(_ source: String) {
    let include = /^#include "(.+)"$/.anchorsMatchLineEndings()
    let macro = /^#define (\w+)/.anchorsMatchLineEndings()
    let helper = /^static [^(;]*?(\w+)\(/.anchorsMatchLineEndings()
    includes = source.matches(of: include).map { String($0.1) }
    text = source.replacing(include, with: "")
    macros = source.matches(of: macro).map { String($0.1) }
    settings = Dictionary(
      source.matches(of: Self.setting).map { (String($0.1), String($0.2)) },
      uniquingKeysWith: { first, _ in first })
    kernels = Self.kernelBlocks(of: source).map(\.name)
    functions = source.matches(of: helper).map { String($0.1) } + kernels
  }

  private static var setting: Regex<(Substring, Substring, Substring)> {
    /^#ifndef (\w+)\n#define \1 (.+)\n#endif$/.anchorsMatchLineEndings()
  }

  /// The text with its settings' lines left empty.
  var textWithoutSettings: String { text.replacing(Self.setting, with: "\n\n") }

  /// The text with all other kernels' lines left empty.
  func text(keeping kernel: String) -> String {
    var text = text
    for block in Self.kernelBlocks(of: text).reversed() where block.name != kernel {
      let lines = text[block.range].count { $0 == "\n" }
      text.replaceSubrange(block.range, with: String(repeating: "\n", count: lines))
    }
    return text
  }

  private static func kernelBlocks(
    of source: String
  ) -> [(name: String, range: Range<String.Index>)] {
    let block = /^__kernel\b(?:.|\n)*?\bvoid (\w+)\((?:.|\n)*?^}$/.anchorsMatchLineEndings()
    return source.matches(of: block).map { (String($0.1), $0.range) }
  }
}
