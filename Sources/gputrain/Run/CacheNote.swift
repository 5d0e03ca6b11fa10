import Datasets
import Files
import KnownDatasets

/// An empty file in the cache folder that marks something as done for a device, a driver and a set
/// of kernels.
struct CacheNote {
  private let folder: String
  private let path: String

  /// The note that `what`, the name of a folder, was done for everything in `identity`.
  init(_ what: String, of identity: String...) {
    folder = "\(cacheFolder())/\(what)"
    path = "\(folder)/\(Digest.sha256.hex(of: identity.map { Array($0.utf8) }))"
  }

  /// Whether it was written.
  var exists: Bool { isRegularFile(path) }

  /// Writes it. If that fails, the thing is done again the next time.
  func write() {
    try? createFolder(folder)
    try? AtomicFile.write("", to: path)
  }
}
