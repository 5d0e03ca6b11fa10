import Files
import GPUTensor
import Testing

/// A folder of kernel files, as `--kernel-dir` takes it.
enum Kernels {
  /// Writes the program's own kernels into a folder, one of them with a text replaced that it holds.
  static func write(
    to folder: String, in file: String, replacing right: String, by wrong: String
  ) throws {
    try write(to: folder)
    let text = try KernelSources.embedded.text(of: file)
    #expect(text.contains(right))
    try AtomicFile.write(text.replacing(right, with: wrong), to: "\(folder)/\(file)")
  }

  /// Writes the program's own kernels into a folder.
  static func write(to folder: String) throws {
    try createFolder(folder)
    for name in KernelSources.names {
      try AtomicFile.write(try KernelSources.embedded.text(of: name), to: "\(folder)/\(name)")
    }
  }
}
