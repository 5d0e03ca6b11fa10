import TestSupport
import Testing

/// A folder of kernel files, as `--kernel-dir` takes it.
enum Kernels {
  /// Writes the embedded kernels into a folder, with a text of one of them replaced.
  static func write(
    to folder: String, in file: String, replacing right: String, by wrong: String
  ) throws {
    try writeKernels(to: folder, changing: file) { text in
      #expect(text.contains(right))
      return text.replacing(right, with: wrong)
    }
  }

  /// Writes the embedded kernels into a folder.
  static func write(to folder: String) throws { try writeKernels(to: folder) }
}
