import Foundation

extension Encodable {
  /// The value as JSON: fields in snake case and alphabetical order, on one line unless `pretty`;
  /// dates as ISO 8601.
  ///
  /// - Throws: `EncodingError` for a number that JSON cannot represent.
  func jsonText(pretty: Bool = false) throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.dateEncodingStrategy = .iso8601
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}
