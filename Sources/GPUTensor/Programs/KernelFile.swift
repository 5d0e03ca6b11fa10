/// The kernel files of programs, each read once.
final class KernelFiles {
  let sources: KernelSources
  private var files: [String: KernelFile] = [:]
  /// The texts of files that are not the library's.
  private var added: [String: String] = [:]

  init(_ sources: KernelSources) { self.sources = sources }

  /// Adds a file that is not the library's.
  ///
  /// - Throws: `KernelSourceError` if its name is taken.
  func add(_ source: KernelSource) throws {
    guard KernelSources.path(of: source.name) == nil else {
      throw KernelSourceError(
        description: "the library has a kernel file '\(source.name)'; choose another name")
    }
    guard added[source.name, default: source.text] == source.text else {
      throw KernelSourceError(
        description: "a kernel file '\(source.name)' with another text was added already")
    }
    added[source.name] = source.text
  }

  /// The file of that name.
  ///
  /// - Throws: `KernelSourceError`.
  func file(_ name: String) throws -> KernelFile {
    if let file = files[name] { return file }
    let file = KernelFile(try insertingTemplates(into: text(of: name), of: name))
    files[name] = file
    return file
  }

  private func text(of name: String) throws -> String {
    try added[name] ?? sources.text(of: name)
  }

  /// Returns a file's text with the templates that it includes: files without an include guard,
  /// whose functions depend on settings.
  private func insertingTemplates(into text: String, of name: String) throws -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for (number, line) in lines.enumerated() {
      guard let include = line[...].includedFile else { continue }
      let template = try self.text(of: include)
      guard KernelFile.isTemplate(include, template) else { continue }
      lines[number] = "#line 1 \"\(include)\"\n\(template)\n#line \(number + 2) \"\(name)\""
    }
    return lines.joined(separator: "\n")
  }
}

/// The parts of a kernel file that a program's text needs.
///
/// NOTE: it relies on the layout of the files. A function begins in column 0 with `__kernel` or
/// `static`, and ends with a `}` in column 0. Its name is before the first parenthesis of its first
/// line; a kernel's name is after `void`. A setting, which a build option replaces, is the three
/// lines `#ifndef NAME`, `#define NAME value`, `#endif`. Regular expressions would take 0.25 s for
/// the kernels of dcgan.
struct KernelFile {
  /// The files that it includes.
  private(set) var includes: [String] = []
  /// The macros that it defines.
  private(set) var macros: [String] = []
  /// Its settings, with their values.
  private(set) var settings: [String: String] = [:]
  /// All its functions.
  private(set) var functions: [String] = []
  /// Its kernels, with the ranges of their lines.
  private(set) var kernels: [String: Range<Int>] = [:]

  /// Whether a file has no include guard, so that each file that includes it has its functions.
  static func isTemplate(_ name: String, _ text: String) -> Bool {
    !text.contains("\n#ifndef \(name.dropLast(3).uppercased())_CL\n")
  }

  /// The number of lines.
  var lineCount: Int { lines.count }

  private var lines: [Substring]
  private var settingLines: Set<Int> = []

  init(_ source: String) {
    lines = source.split(separator: "\n", omittingEmptySubsequences: false)
    var start: Int?
    var kernel: String?
    for (number, line) in lines.enumerated() {
      if let include = line.includedFile {
        includes.append(include)
        lines[number] = ""
      } else if let macro = line.dropping(prefix: "#define ") {
        let name = String(macro.prefix { $0.isWordCharacter })
        macros.append(name)
        let around = [number - 1, number + 1].map { lines.indices.contains($0) ? lines[$0] : "" }
        guard around == ["#ifndef \(name)", "#endif"] else { continue }
        settings[name] = String(macro.dropFirst(name.count + 1))
        settingLines.formUnion(number - 1...number + 1)
      } else if line.hasPrefix("static ") {
        let head = line.prefix { $0 != "(" }
        functions += head.split { !$0.isWordCharacter }.suffix(1).map(String.init)
      } else if line == "}", let begin = start, let name = kernel {
        kernels[name] = begin..<number + 1
        functions.append(name)
        (start, kernel) = (nil, nil)
      }
      if line.hasPrefix("__kernel") { start = number }
      if start != nil, kernel == nil, let words = line.firstRange(of: "void ") {
        kernel = String(line[words.upperBound...].prefix { $0.isWordCharacter })
      }
    }
  }

  /// The text with the lines of its settings blanked.
  var textWithoutSettings: String { text { settingLines.contains($0) } }

  /// Returns the text with the lines of all other kernels blanked.
  func text(keeping kernel: String) -> String {
    let others = kernels.filter { $0.key != kernel }.values
    return text { line in others.contains { $0.contains(line) } }
  }

  private func text(without isLeftOut: (Int) -> Bool) -> String {
    lines.indices.map { isLeftOut($0) ? "" : lines[$0] }.joined(separator: "\n")
  }
}

extension Substring {
  /// The file that the line includes; nil if it includes none.
  fileprivate var includedFile: String? {
    dropping(prefix: "#include \"").map { String($0.dropLast()) }
  }

  /// Returns the text after `prefix`; nil if it does not begin with that.
  fileprivate func dropping(prefix: String) -> Substring? {
    hasPrefix(prefix) ? dropFirst(prefix.count) : nil
  }
}

extension Character {
  fileprivate var isWordCharacter: Bool { isLetter || isNumber || self == "_" }
}
