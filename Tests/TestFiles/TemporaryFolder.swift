import Foundation

/// A folder that is removed with this value.
public final class TemporaryFolder {
  public let path: String

  /// Creates the folder with a unique name.
  ///
  /// - Throws: Foundation's error if that fails.
  public init(in parent: String = NSTemporaryDirectory()) throws {
    path = "\(parent)/gputrain-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file, and creates the folders in its name.
  public func write(_ bytes: [UInt8], to name: String) throws {
    let file = URL(fileURLWithPath: "\(path)/\(name)")
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }

  /// Returns the names of the entries.
  public func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }
}
