import Datasets
import Files

/// An archive of a known set, as its mirrors have it.
enum KnownArchive: Equatable {
  /// A file in MNIST's format, packed with gzip.
  case idx(DataFile)
  /// CIFAR-10's binary version, a tar file packed with gzip. It is kept packed: its MD5 is known,
  /// but no digest of the files in it, and so it can be checked each time.
  case cifar10(md5: String)

  /// The name on mirrors and in the data folder.
  var name: String {
    switch self {
    case .idx(let file): "\(file.rawValue).gz"
    case .cifar10: "cifar-10-binary.tar.gz"
    }
  }
}

extension KnownDataset {
  /// The set's archives, in the order in which they are downloaded.
  var archives: [KnownArchive] {
    switch contents {
    case .idx: DataFile.allCases.map { .idx($0) }
    case .cifar10(let md5): [.cifar10(md5: md5)]
    }
  }

  /// Returns whether a folder has all files of the set, packed or not. They are not read.
  func isComplete(in folder: String) -> Bool {
    switch contents {
    case .idx: IDXFolder(folder, contents: self).missing.isEmpty
    case .cifar10:
      archives.allSatisfy { isRegularFile("\(folder)/\($0.name)") }
        || CIFAR.Folder(folder)?.missing.isEmpty == true
    }
  }

  /// Returns whether a folder has the content of an archive, checked by a digest.
  func hasChecked(_ archive: KnownArchive, in folder: String) -> Bool {
    switch archive {
    case .idx(let file):
      let present = try? IDXFolder(folder, contents: self).find(file)
      return present?.digest != nil
    case .cifar10:
      let path = "\(folder)/\(archive.name)"
      let bytes = try? readFile(path: path, maximumBytes: DatasetFetcher.maximumArchiveBytes)
      return bytes.map { (try? check($0, of: archive, at: path)) != nil } ?? false
    }
  }

  /// Checks the bytes of an archive.
  /// - Parameter path: Their origin, for the error.
  /// - Throws: `DatasetError`.
  func check(_ bytes: [UInt8], of archive: KnownArchive, at path: String) throws {
    switch archive {
    case .idx(let file): _ = try CheckedFile(bytes: bytes, path: path, file: file, contents: self)
    case .cifar10(let md5): _ = try demand(.md5, of: bytes, is: md5, at: path)
    }
  }
}
