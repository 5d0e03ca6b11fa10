import Foundation

/// A failure of a file or a folder: the operation, the path, the system's reason, a remedy.
public struct FileError: Error, CustomStringConvertible, Equatable, Sendable {
  /// The operation. `read` concerns input; the other two concern the program's output.
  public enum Operation: String, Sendable {
    /// Opening or reading an existing file.
    case read
    /// Writing, synchronizing, renaming or removing a file.
    case write
    /// Creating a folder.
    case createFolder = "create the folder"
  }

  /// The operation that failed.
  public let operation: Operation
  /// The file or folder, as the caller named it.
  public let path: String
  /// The system's text for the failure, or the rule that the file broke.
  public let reason: String
  /// What to do about it.
  public let advice: String
  /// The C error number, if the system gave one.
  public let code: Int32?

  /// One line: what failed, on what, why, and what to do.
  public var description: String { "cannot \(operation.rawValue) \(path): \(reason); \(advice)" }

  /// Makes an error with an own reason and remedy.
  public init(
    _ operation: Operation, _ path: String, reason: String, advice: String, code: Int32? = nil
  ) {
    self.operation = operation
    self.path = path
    self.reason = reason
    self.advice = advice
    self.code = code
  }

  /// Makes an error from a C error number.
  public init(_ operation: Operation, _ path: String, code: Int32) {
    self.init(
      operation, path, reason: String(cString: strerror(code)),
      advice: Self.advice(for: operation, code: code), code: code)
  }

  private static func advice(for operation: Operation, code: Int32) -> String {
    switch (operation, code) {
    case (.read, ENOENT), (.read, ENOTDIR): "check the path"
    case (.read, EACCES), (.read, EPERM): "check its permissions"
    case (.read, EISDIR): "name a file, not a folder"
    case (.read, _): "check the file and the disk"
    case (_, ENOSPC), (_, EDQUOT): "free some space or choose another path"
    case (_, EACCES), (_, EPERM): "check the folder's permissions or choose another path"
    case (_, ENOENT): "create the folder first or choose another path"
    default: "choose another path"
    }
  }
}
