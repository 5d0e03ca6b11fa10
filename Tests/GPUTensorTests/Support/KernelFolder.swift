import Foundation
import TestSupport

/// Returns a new folder with the embedded kernels, one of them changed; the caller removes it.
func kernelFolder(changing file: String, _ change: (String) -> String) throws -> String {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("kernels-\(UUID().uuidString)")
  try writeKernels(to: folder.path, changing: file, change)
  return folder.path
}
