import Foundation

/// The results of `tune` for a model's training on a device: a file in the cache folder.
struct TuningFile: Codable, Equatable {
  let model: String
  let device: String
  let platform: String
  let driver: String
  /// The family of kernels; never `auto`.
  let kernels: String
  /// The precision of products and convolutions.
  let precision: String
  let convolution: String
  /// The digest of all kernel files, in the order of their names.
  let kernelsSha256: String
  /// The variants of operations, with their shapes, that are faster than the defaults.
  var variants: [String: String]

  /// This file with other variants.
  func with(_ variants: [String: String]) -> TuningFile {
    var file = self
    file.variants = variants
    return file
  }
}

extension TuningFile {
  /// The most bytes that are read; a file has a few kilobytes.
  static let maximumBytes = 1 << 20

  /// Reads a file's text.
  ///
  /// - Throws: `DecodingError` for any other text.
  init(parsing text: some DataProtocol) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    self = try decoder.decode(TuningFile.self, from: Data(text))
  }
}
