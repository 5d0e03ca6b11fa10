import Files
import GPUTensor

/// A folder of kernel files, as `--kernel-dir` takes it.
enum Kernels {
  /// Writes the program's own kernels into a folder.
  static func write(to folder: String) throws {
    try createFolder(folder)
    for name in KernelSources.names {
      try AtomicFile.write(try KernelSources.embedded.text(of: name), to: "\(folder)/\(name)")
    }
  }
}
