/// A kernel function with its build options. Each variant is compiled once.
public struct KernelVariant: Hashable, Codable, Sendable {
  /// The file in `kernels/`, such as `gemm.cl`.
  public let file: String
  /// The kernel function in it.
  public let function: String
  /// Macros and their values: shapes, tile sizes, the activation.
  public let options: [String: String]

  /// Creates a variant of the kernel `function` in `file`.
  public init(
    _ file: String, _ function: String,
    _ options: KeyValuePairs<String, any CustomStringConvertible>
  ) {
    self.file = file
    self.function = function
    self.options = Dictionary(
      options.map { ($0.key, $0.value.description) }, uniquingKeysWith: { _, last in last })
  }

  /// Returns the variant with more options.
  func adding(_ more: [String: String]) -> KernelVariant {
    KernelVariant(file: file, function: function, options: options.merging(more) { $1 })
  }

  private init(file: String, function: String, options: [String: String]) {
    self.file = file
    self.function = function
    self.options = options
  }

  /// A text by which variants are sorted, so that a program is the same in every run.
  var sortKey: String {
    let settings = options.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return "\(file) \(function) \(settings.joined(separator: " "))"
  }
}
