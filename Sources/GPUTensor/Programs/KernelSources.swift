import Foundation
import Kernels

/// The error for a kernel file or a kernel that cannot be found.
public struct KernelSourceError: Error, CustomStringConvertible, Equatable {
  /// One line: the file, and what is wrong.
  public let description: String
}

/// A kernel file that is not the library's, for `Context.add`.
public struct KernelSource: Sendable, Equatable {
  /// Its name, such as `scale.cl`, which no file of the library has.
  public let name: String
  /// OpenCL C 1.2 in the form that `KernelVariant` relies on: a function begins in column 0 with
  /// `__kernel` or `static` and ends with `}` in column 0; settings are `#ifndef` macros.
  public let text: String

  /// A file of this name and text.
  public init(name: String, text: String) {
    self.name = name
    self.text = text
  }
}

/// The source of kernel files. Each file has one name, whatever subfolder it lies in.
public enum KernelSources: Sendable, Equatable {
  /// The files of `kernels/` that are embedded in the binary.
  case embedded
  /// The files of a folder, read when they are needed, so that edited kernels run without a
  /// rebuild. A file is in the folder itself or in its subfolder `common`, `cpu` or `gpu`. One in
  /// the folder itself overrides one in a subfolder.
  case folder(String)

  /// The names of all embedded files, sorted.
  package static var names: [String] { embeddedFiles.keys.sorted() }

  /// The subfolders of `kernels/`: kernels for all devices, for CPUs and for GPUs.
  package static let subfolders = ["common", "cpu", "gpu"]

  /// Returns the path of an embedded file in `kernels/`, such as `cpu/gemm.cl`; nil if there is no
  /// such file.
  package static func path(of file: String) -> String? {
    embeddedFiles[file].map { "\($0.folder)/\(file)" }
  }

  /// Returns the text of one file, such as `gemm.cl`.
  ///
  /// - Throws: `KernelSourceError` if the file does not exist or cannot be read.
  package func text(of file: String) throws -> String {
    switch self {
    case .embedded:
      guard let embedded = Self.embeddedFiles[file] else {
        throw KernelSourceError(description: "no kernel file '\(file)' in the program")
      }
      return embedded.text
    case .folder(let folder):
      let paths = ([folder] + Self.subfolders.map { "\(folder)/\($0)" }).map { "\($0)/\(file)" }
      let path = paths.first(where: FileManager.default.fileExists) ?? paths[0]
      do {
        return try String(contentsOfFile: path, encoding: .utf8)
      } catch {
        throw KernelSourceError(
          description: "cannot read the kernel file \(path): is --kernel-dir right?")
      }
    }
  }

  private static let embeddedFiles: [String: (folder: String, text: String)] = {
    let files = (0..<gputrain_kernel_file_count()).map(gputrain_kernel_file_at)
    return Dictionary(
      files.map { file in
        (
          String(cString: file.name),
          (folder: String(cString: file.folder), text: String(cString: file.source))
        )
      },
      uniquingKeysWith: { first, _ in first })
  }()
}
