import Files
import Foundation

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
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return }
    guard isFolder.boolValue else {
      throw OutputError(description: "--out \(path) is a file; name a folder")
    }
    guard isWritableFolder(path) else {
      throw OutputError(description: "--out \(path) is read-only; choose another")
    }
    let content = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    guard !content.isEmpty else { return }
    let holdsRun = content.contains("run.json")
    guard overwrite, holdsRun else {
      throw OutputError(
        description: holdsRun
          ? "--out \(path) holds a run; choose another or replace it with --overwrite"
          : "--out \(path) is not empty and holds no run; choose another")
    }
  }

  /// Makes the folder and those in it; with `overwrite` removes what an earlier run wrote there, and
  /// nothing else.
  ///
  /// - Throws: `FileError`.
  func prepare(overwrite: Bool) throws {
    try createFolder(path)
    if overwrite { removeRun() }
    for folder in Self.folders { try createFolder("\(path)/\(folder)") }
  }

  private func removeRun() {
    let manager = FileManager.default
    for folder in Self.folders {
      let files = (try? manager.contentsOfDirectory(atPath: "\(path)/\(folder)")) ?? []
      for file in files where Self.isRunFile(file) {
        try? manager.removeItem(atPath: "\(path)/\(folder)/\(file)")
      }
    }
    // The record goes last: while it is there, the folder can be overwritten again.
    for file in [metrics, lossChart, record] { try? manager.removeItem(atPath: file) }
  }

  /// Whether a run writes files of this name into its folders.
  private static func isRunFile(_ name: String) -> Bool {
    name.wholeMatch(of: /epoch-\d{4,}\.(png|safetensors)|last\.safetensors/) != nil
  }
}
