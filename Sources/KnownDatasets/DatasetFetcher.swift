import Datasets
import Files
import Foundation

/// Downloads known sets with the `curl` program, and checks them before it writes anything.
package struct DatasetFetcher: Sendable {
  /// The file that is being downloaded.
  package struct Progress: Equatable, Sendable, CustomStringConvertible {
    /// The archive's name.
    package let fileName: String
    /// Its number among the files, from 1.
    package let index: Int
    /// The number of files.
    package let count: Int

    /// One line, such as `fetching train-images-idx3-ubyte.gz (1 of 4)`.
    package var description: String { "fetching \(fileName) (\(index) of \(count))" }
  }

  /// The address to use instead of the set's own mirrors.
  package let mirror: String?
  private let environment: [String: String]
  /// The seconds before the second attempt. The pause before the third is twice as long.
  var pause: TimeInterval = 1

  /// The largest accepted archive, in bytes. The largest known one has 170 MB.
  static let maximumArchiveBytes = 256 << 20
  private static let attempts = 3

  /// Creates a fetcher.
  ///
  /// - Parameters:
  ///   - mirror: The address of the archives; nil for the set's own mirrors.
  ///   - environment: The environment variables; `PATH` locates `curl`.
  package init(
    mirror: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    self.mirror = mirror
    self.environment = environment
  }

  /// Downloads the archives of a set into a folder, except those that are there and valid. It
  /// writes them only after it has checked all of them, each under a temporary name that it then
  /// renames. A download that fails or is interrupted leaves no files.
  ///
  /// - Parameters:
  ///   - set: The set.
  ///   - folder: The destination (`DatasetStore.fetchFolder(for:)`), which is created if missing.
  ///   - progress: Called before each file is downloaded.
  /// - Returns: The paths of the written files; empty if all were valid already.
  /// - Throws: `DatasetError`, or `FileError` if the folder cannot be written.
  @discardableResult
  package func fetch(
    _ set: KnownDataset, into folder: String, progress: (Progress) -> Void = { _ in }
  ) throws -> [String] {
    let wanted = set.archives.filter { !set.hasChecked($0, in: folder) }
    if wanted.isEmpty { return [] }
    let curl = try Curl(environment: environment)
    try createWritableFolder(folder)
    var archives: [(path: String, bytes: [UInt8])] = []
    for (index, archive) in wanted.enumerated() {
      progress(Progress(fileName: archive.name, index: index + 1, count: wanted.count))
      archives.append(("\(folder)/\(archive.name)", try fetch(archive, of: set, with: curl)))
    }
    for archive in archives {
      do {
        try AtomicFile.write(archive.bytes, to: archive.path)
      } catch let error as FileError {
        throw Self.advisingFolder(error)
      }
    }
    return archives.map(\.path)
  }

  /// Tries each mirror until one has the right file; throws the last mirror's failure.
  private func fetch(
    _ archive: KnownArchive, of set: KnownDataset, with curl: Curl
  ) throws -> [UInt8] {
    let name = archive.name
    var failure = DatasetError.download(url: name, reason: "\(set.name) has no mirror")
    for base in mirror.map({ [$0] }) ?? set.mirrors {
      let url = base.hasSuffix("/") ? base + name : "\(base)/\(name)"
      do {
        let bytes = try get(url, with: curl)
        guard Gzip.isArchive(bytes) else {
          throw DatasetError.download(url: url, reason: "the download is not a gzip archive")
        }
        try set.check(bytes, of: archive, at: url)
        return bytes
      } catch let error as DatasetError {
        failure = Self.asDownload(error, url: url)
      }
    }
    throw failure
  }

  private func get(_ url: String, with curl: Curl) throws -> [UInt8] {
    var attempt = 1
    while true {
      do {
        return try curl.get(url, maximumBytes: Self.maximumArchiveBytes)
      } catch let failure as Curl.Failure {
        guard failure.isTransient && attempt < Self.attempts else {
          throw DatasetError.download(url: url, reason: failure.reason)
        }
        Thread.sleep(forTimeInterval: pause * Double(attempt))
        attempt += 1
      }
    }
  }

  /// Converts an error of `CheckedFile`, which is about a file on disk, to one about a download.
  private static func asDownload(_ error: DatasetError, url: String) -> DatasetError {
    switch error {
    case .wrongContent(_, let name, let digest, _):
      .download(
        url: url, reason: "the download is damaged or not \(name): its \(digest) differs")
    case .malformed(_, let reason): .download(url: url, reason: reason)
    default: error
    }
  }

  private func createWritableFolder(_ folder: String) throws {
    do {
      try createFolder(folder)
    } catch let error as FileError {
      throw Self.advisingFolder(error)
    }
    guard isWritableFolder(folder) else {
      throw Self.advisingFolder(FileError(.write, folder, code: EACCES))
    }
  }

  /// Returns the error with advice that names the option for the data folder.
  private static func advisingFolder(_ error: FileError) -> FileError {
    FileError(
      error.operation, error.path, reason: error.reason,
      advice: "free some space or choose another --data-dir", code: error.code)
  }
}
