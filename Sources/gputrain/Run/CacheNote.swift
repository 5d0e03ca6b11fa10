import Datasets
import Files
import KnownDatasets

/// An empty file in the cache folder which says that something was done: with a device, a driver, a set of kernels.
struct CacheNote {
  private let folder: String
  private let path: String

  /// The note that `what`, a folder's name, was done with all that `identity` names.
  init(_ what: String, of identity: String...) {
    folder = "\(cacheFolder())/\(what)"
    path = "\(folder)/\(Digest.sha256.hex(of: identity.map { Array($0.utf8) }))"
  }

  /// Whether it was written.
  var exists: Bool { isRegularFile(path) }

  /// Writes it; where that cannot be, the thing will be done again.
  func write() {
    try? createFolder(folder)
    try? AtomicFile.write("", to: path)
  }
}
