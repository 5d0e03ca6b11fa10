import Foundation

/// What `tune` has found for a model's training on a device: a file in the cache folder.
struct TuningFile: Codable, Equatable {
  let model: String
  let device: String
  let platform: String
  let driver: String
  /// The family of kernels; never `auto`.
  let kernels: String
  /// What products and convolutions round to.
  let precision: String
  let convolution: String
  /// Of all kernel files, in the order of their names.
  let kernelsSha256: String
  /// The operations that are not done in the usual way, with their shapes, and the ways.
  var ways: [String: String]

  /// The same with other ways.
  func with(_ ways: [String: String]) -> TuningFile {
    var file = self
    file.ways = ways
    return file
  }
}

extension TuningFile {
  /// The most bytes that are read; those of a model take some kilobytes.
  static let maximumBytes = 1 << 20

  /// Reads a file's text.
  ///
  /// - Throws: `DecodingError` for a text that is none.
  init(parsing text: some DataProtocol) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    self = try decoder.decode(TuningFile.self, from: Data(text))
  }
}
