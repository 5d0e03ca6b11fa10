/// The text of one program that holds many kernel variants.
///
/// A driver takes 0.1 s for a program before its first kernel, so a model's variants share
/// programs. Included files come first, once, without their settings. Then each variant repeats its
/// file's text, after macros for its options and for the settings of included files. Its functions
/// get a suffix, and the file's other kernels are blanked. `#line` makes the compiler's messages
/// refer to the files.
struct ProgramText {
  /// The whole program.
  private(set) var text = ""
  /// The names of the variants' kernel functions in the program.
  private(set) var kernelNames: [KernelVariant: String] = [:]

  private let files: KernelFiles

  /// Composes the text of variants, in their order.
  ///
  /// - Throws: `KernelSourceError`.
  init(_ variants: [KernelVariant], from files: KernelFiles) throws {
    self.files = files
    var included: [String] = []
    for variant in variants { try collectIncludes(of: variant.file, into: &included) }
    for name in included { append(try files.file(name).textWithoutSettings, of: name) }
    for (number, variant) in variants.enumerated() { try append(variant, suffix: "__\(number)") }
  }

  /// Adds the files that `name` includes, each after those that it includes itself.
  private func collectIncludes(of name: String, into included: inout [String]) throws {
    for include in try files.file(name).includes where !included.contains(include) {
      try collectIncludes(of: include, into: &included)
      included.append(include)
    }
  }

  private mutating func append(_ variant: KernelVariant, suffix: String) throws {
    let file = try files.file(variant.file)
    guard file.kernels[variant.function] != nil else {
      throw KernelSourceError(description: "no kernel '\(variant.function)' in \(variant.file)")
    }
    var included: [String] = []
    try collectIncludes(of: variant.file, into: &included)
    var macros = variant.options
    for name in included {
      macros.merge(try files.file(name).settings) { option, _ in option }
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
