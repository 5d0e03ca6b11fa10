import Foundation
import GPUTensor

/// A new folder with the embedded kernels, one of them changed; the caller removes it.
func kernelFolder(changing file: String, _ change: (String) -> String) throws -> String {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("kernels-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  for name in KernelSources.names {
    let text = try KernelSources.embedded.text(of: name)
    try (name == file ? change(text) : text).write(
      to: folder.appendingPathComponent(name), atomically: false, encoding: .utf8)
  }
  return folder.path
}
