import Foundation

/// A folder that lives as long as this value.
public final class TemporaryFolder {
  public let path: String

  /// Makes the folder, with a name of its own.
  ///
  /// - Throws: Foundation's error where that fails.
  public init(in parent: String = NSTemporaryDirectory()) throws {
    path = "\(parent)/gputrain-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file, and makes the folders that its name has before it.
  public func write(_ bytes: [UInt8], to name: String) throws {
    let file = URL(fileURLWithPath: "\(path)/\(name)")
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }

  /// The names of what is in it.
  public func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }
}
