import Files
import Foundation
import Reports

/// The folder of a run and the places of the files in it (docs: "What lies on disk").
struct RunFolder {
  let path: String

  var record: String { "\(path)/run.json" }
  var metrics: String { "\(path)/metrics.csv" }
  var lossChart: String { "\(path)/losses.svg" }
  var lastCheckpoint: String { "\(path)/checkpoints/last.safetensors" }

  func checkpoint(epoch: Int) -> String {
    "\(path)/checkpoints/\(Self.stem(epoch)).safetensors"
  }

  func samples(epoch: Int) -> String { "\(path)/samples/\(Self.stem(epoch)).png" }

  func reconstructions(epoch: Int) -> String {
    "\(path)/reconstructions/\(Self.stem(epoch)).png"
  }

  /// `epoch-0005` for epoch 5.
  private static func stem(_ epoch: Int) -> String { String(format: "epoch-%04d", epoch) }

  private static let folders = ["samples", "reconstructions", "checkpoints"]

  /// Refuses a place where a run cannot or must not be written. Writes nothing.
  ///
  /// - Throws: `OutputError`.
  func check(overwrite: Bool) throws {
    if try namesInOutput(path).isEmpty { return }
    let holdsRun = isRegularFile(record)
    guard overwrite, holdsRun else {
      throw OutputError(
        description: holdsRun
          ? "--out \(path) holds a run; choose another or replace it with --overwrite"
          : "--out \(path) is not empty and holds no run; choose another")
    }
  }

  /// Makes the folder, removes what an earlier run wrote there, and nothing else, writes the
  /// record, and makes the folders within. `check` has allowed it.
  ///
  /// - Throws: `FileError`.
  func prepare(record text: String) throws {
    try createFolder(path)
    try removeRun()
    try AtomicFile.write(text, to: record)
    for folder in Self.folders { try createFolder("\(path)/\(folder)") }
  }

  /// The text of the run.json that is there; nil where there is none.
  ///
  /// - Throws: `FileError`.
  func existingRecord() throws -> String? {
    guard isRegularFile(record) else { return nil }
    return String(decoding: try readFile(path: record, maximumBytes: 1 << 20), as: UTF8.self)
  }

  /// What metrics.csv holds.
  ///
  /// - Throws: `FileError`; `InputError` where it is not a table.
  func readMetrics() throws -> CSVTable {
    let text = String(decoding: try readFile(path: metrics, maximumBytes: 1 << 26), as: UTF8.self)
    do {
      return try CSVTable(parsing: text)
    } catch {
      throw InputError(description: "\(metrics) is damaged: \(error)")
    }
  }

  /// Removes a run's files but for the record: while it is there, the folder can be overwritten.
  private func removeRun() throws {
    func remove(in folder: String, where belongs: (String) -> Bool) throws {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      for name in names where belongs(name) || AtomicFile.isTemporary(name: name) {
        try removeFile("\(folder)/\(name)")
      }
    }
    for folder in Self.folders {
      try remove(in: "\(path)/\(folder)") {
        $0.wholeMatch(of: /epoch-\d{4,}\.(png|safetensors)|last\.safetensors/) != nil
      }
    }
    try remove(in: path) { ["metrics.csv", "losses.svg"].contains($0) }
  }
}

/// The names of what lies in a folder for output, but for what a killed program left; none where the
/// folder is still to be made.
///
/// - Throws: `OutputError` where nothing can be written there.
func namesInOutput(_ path: String) throws -> [String] {
  guard FileManager.default.fileExists(atPath: path) else {
    guard canCreateFolder(path) else {
      throw OutputError(
        description: "--out \(path) cannot be made: no writable folder is above; choose another")
    }
    return []
  }
  guard isFolder(path) else {
    throw OutputError(description: "--out \(path) is a file; name a folder")
  }
  guard isWritableFolder(path) else {
    throw OutputError(description: "--out \(path) is read-only; choose another")
  }
  guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
    throw OutputError(description: "--out \(path) cannot be listed; choose another")
  }
  return names.filter { !AtomicFile.isTemporary(name: $0) }
}
