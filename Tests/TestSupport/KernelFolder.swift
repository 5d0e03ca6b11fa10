import Foundation
import GPUTensor

/// Writes the embedded kernels into a folder, in the subfolders of `kernels/`, one of them changed.
public func writeKernels(
  to folder: String, changing changed: String? = nil, _ change: (String) -> String = { $0 }
) throws {
  for subfolder in KernelSources.subfolders {
    try FileManager.default.createDirectory(
      atPath: "\(folder)/\(subfolder)", withIntermediateDirectories: true)
  }
  for name in KernelSources.names {
    guard let path = KernelSources.path(of: name) else { continue }
    let text = try KernelSources.embedded.text(of: name)
    try (name == changed ? change(text) : text).write(
      toFile: "\(folder)/\(path)", atomically: false, encoding: .utf8)
  }
}
