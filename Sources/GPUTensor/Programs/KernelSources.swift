import Foundation
import Kernels

/// A kernel file that cannot be read.
public struct KernelSourceError: Error, CustomStringConvertible, Equatable {
  /// One line: which file of which folder, and why.
  public let description: String
}

/// Where kernel files come from.
public enum KernelSources: Sendable, Equatable {
  /// The files of `kernels/`, as they were when the program was built.
  case embedded
  /// The files of a folder, read when they are needed: a kernel author's edits run without a rebuild.
  case folder(String)

  /// The names of all embedded files.
  public static var names: [String] { embeddedFiles.keys.sorted() }

  /// The text of one file, such as `gemm.cl`.
  ///
  /// - Throws: `KernelSourceError` where there is none.
  public func text(of file: String) throws -> String {
    switch self {
    case .embedded:
      guard let text = Self.embeddedFiles[file] else {
        throw KernelSourceError(description: "no kernel file '\(file)' in the program")
      }
      return text
    case .folder(let folder):
      do {
        return try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
      } catch {
        throw KernelSourceError(
          description: "cannot read the kernel file \(folder)/\(file): is --kernel-dir right?")
      }
    }
  }

  private static let embeddedFiles: [String: String] = {
    let files = (0..<gputrain_kernel_file_count()).map(gputrain_kernel_file_at)
    return Dictionary(
      files.map { (String(cString: $0.name), String(cString: $0.source)) },
      uniquingKeysWith: { first, _ in first })
  }()
}
