/// A program that is in the driver's cache, with the sizes of groups for which its kernels were
/// compiled there.
package struct CompiledProgram: Sendable {
  /// All kernels of the program, in order.
  let variants: [KernelVariant]
  /// The sizes of groups for which each kernel was compiled.
  var sizes: [KernelVariant: Set<[Int]>]

  /// A text that identifies the program.
  package var key: String { variants.map(\.sortKey).joined(separator: "\n") }

  /// A line for each kernel: its key, and after a tab its sizes.
  package var text: String {
    variants.map { variant in
      let sizes = sizes[variant, default: []].map { $0.map(String.init).joined(separator: "×") }
      return "\(variant.sortKey)\t\(sizes.sorted().joined(separator: " "))"
    }.joined(separator: "\n")
  }

  init(variants: [KernelVariant], sizes: [KernelVariant: Set<[Int]>] = [:]) {
    self.variants = variants
    self.sizes = sizes
  }

  /// Parses what `text` returns; nil for any other text.
  package init?(text: String) {
    var variants: [KernelVariant] = []
    var sizes: [KernelVariant: Set<[Int]>] = [:]
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard fields.count == 2, let variant = KernelVariant(sortKey: fields[0]) else { return nil }
      variants.append(variant)
      sizes[variant] = Set(
        fields[1].split(separator: " ").map { $0.split(separator: "×").compactMap { Int($0) } })
    }
    guard !variants.isEmpty else { return nil }
    self.init(variants: variants, sizes: sizes)
  }
}

extension KernelVariant {
  /// Parses a variant's `sortKey`; nil for any other text.
  fileprivate init?(sortKey: Substring) {
    let words = sortKey.split(separator: " ")
    let options = words.dropFirst(2).map { $0.split(separator: "=", maxSplits: 1) }
    guard words.count >= 2, options.allSatisfy({ $0.count == 2 }) else { return nil }
    self = KernelVariant(String(words[0]), String(words[1]), [:])
      .adding(
        Dictionary(
          options.map { (String($0[0]), String($0[1])) }, uniquingKeysWith: { first, _ in first }))
  }
}
