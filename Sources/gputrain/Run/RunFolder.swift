import Files
import Foundation
import GenerativeModels
import Reports

/// The folder of a run and the paths of its files, which docs/file-formats.md describes.
final class RunFolder {
  let path: String
  /// What the user does to start the run over, as words for an error message.
  let startOver: String
  /// Held after `claim` if the folder existed by then.
  private var lock: FolderLock?

  init(path: String, startOver: String = "start over with --overwrite") {
    self.path = path
    self.startOver = startOver
  }

  /// The run that a checkpoint belongs to: `checkpoint` itself if it is a folder, or the folder
  /// that has the file among its checkpoints, with a record or without; nil for any other file.
  static func holding(_ checkpoint: String) -> RunFolder? {
    if isFolder(checkpoint) { return RunFolder(path: checkpoint) }
    let folder = URL(fileURLWithPath: checkpoint).standardized.deletingLastPathComponent()
    let run = RunFolder(path: folder.deletingLastPathComponent().path)
    return folder.path == URL(fileURLWithPath: run.checkpoints).path ? run : nil
  }

  var record: String { "\(path)/run.json" }
  var metrics: String { "\(path)/metrics.csv" }
  var lossChart: String { "\(path)/losses.svg" }
  var report: String { "\(path)/report.html" }
  /// What was printed during training.
  var log: String { "\(path)/\(Self.logName)" }
  private static let logName = "train.log"
  /// The last result of `evaluate` or `paper`.
  var evaluation: String { "\(path)/evaluation.json" }
  /// Why the run diverged; only a run that did has it.
  var divergence: String { "\(path)/\(Self.divergenceName)" }
  static let divergenceName = "diverged.txt"

  /// The first line of the file about the divergence; nil if there is none.
  var divergenceText: String? {
    guard let bytes = try? readFile(path: divergence, maximumBytes: 1 << 16) else { return nil }
    return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).first
      .map { String($0) }
  }
  var checkpoints: String { "\(path)/checkpoints" }
  var lastCheckpoint: String { "\(checkpoints)/last.safetensors" }

  /// The files for TensorBoard: one or none.
  var eventFiles: [String] {
    names(in: path).filter(Self.isEventFile).sorted().map { "\(path)/\($0)" }
  }

  private static func isEventFile(_ name: String) -> Bool {
    name.wholeMatch(of: /events\.out\.tfevents\.\d+\.gputrain/) != nil
  }

  func checkpoint(epoch: Int) -> String { "\(checkpoints)/\(Self.stem(epoch)).safetensors" }

  /// The result of `paper` for an epoch's checkpoint.
  func evaluation(epoch: Int) -> String { "\(checkpoints)/\(Self.stem(epoch)).json" }

  func samples(epoch: Int) -> String { "\(path)/samples/\(Self.stem(epoch)).png" }

  func reconstructions(epoch: Int) -> String {
    "\(path)/reconstructions/\(Self.stem(epoch)).png"
  }

  /// `epoch-0005` for epoch 5.
  private static func stem(_ epoch: Int) -> String { String(format: "epoch-%04d", epoch) }

  private static let folders = ["samples", "reconstructions", "checkpoints"]

  /// What to do about a run that is already in the folder.
  enum Existing { case refuse, replace, resume }

  /// Claims the folder for a run, and keeps other programs out of it while this object lives.
  /// Refuses a folder that cannot or must not be written. Writes nothing.
  ///
  /// - Throws: `OutputError`; `FileError`.
  func claim(_ existing: Existing) throws {
    _ = try namesInOutput(path)
    guard isFolder(path) else { return }
    lock = try FolderLock(path)
    if lock == nil {
      throw OutputError(
        description: "--out \(path) is in use by another run; wait for it or choose another")
    }
    // Without the lock, another program could still change the answers.
    let isEmpty = try namesInOutput(path).isEmpty
    let holdsRun = isRegularFile(record)
    guard isEmpty || existing != .refuse && holdsRun else {
      throw OutputError(
        description: holdsRun
          ? """
          --out \(path) holds a run; resume it with --resume, replace it with --overwrite or \
          choose another
          """
          : "--out \(path) is not empty and holds no run; choose another")
    }
  }

  /// Creates the claimed folder and its subfolders, and writes the record. Removes the files of an
  /// earlier run, and no others.
  ///
  /// - Throws: `FileError`; `OutputError` if another program claimed it first.
  func prepare(_ record: RunRecord) throws {
    try createFolder(path)
    // The folder did not exist when it was claimed, so a run in it now is another program's.
    if lock == nil { try claim(.refuse) }
    try removeFiles { _ in true }
    try write(record)
  }

  /// Writes the record, and creates the subfolders.
  ///
  /// - Throws: `FileError`.
  func write(_ record: RunRecord) throws {
    try AtomicFile.write(try record.jsonText(pretty: true) + "\n", to: self.record)
    for folder in Self.folders { try createFolder("\(path)/\(folder)") }
  }

  /// Reads run.json; nil if there is none.
  ///
  /// - Throws: `FileError`; `InputError` if it is not a record.
  func readRecord() throws -> RunRecord? {
    guard isRegularFile(record) else { return nil }
    let bytes = try readFile(path: record, maximumBytes: 1 << 20)
    guard let begun = try? RunRecord(parsing: bytes) else {
      throw InputError(description: "\(record) is not the record of a run; \(startOver)")
    }
    return begun
  }

  /// Reads metrics.csv.
  ///
  /// - Parameter count: The number of rows to read; nil for all.
  /// - Throws: `FileError`; `InputError` if it is missing or not a table.
  func readMetrics(rows count: Int? = nil) throws -> CSVTable {
    guard try nameExists(metrics) else {
      throw InputError(description: "\(metrics) is missing; put it back or \(startOver)")
    }
    let text = String(decoding: try readFile(path: metrics, maximumBytes: 1 << 26), as: UTF8.self)
    do {
      return try CSVTable(parsing: text, rows: count)
    } catch {
      throw InputError(description: "\(metrics) is damaged: \(error)")
    }
  }

  /// Reads the rows of metrics.csv that are whole, up to a damaged one or one that is being
  /// written; nil if the file cannot be read or has no header.
  func readWholeMetrics() -> CSVTable? {
    guard let bytes = try? readFile(path: metrics, maximumBytes: 1 << 26),
      let end = bytes.lastIndex(of: UInt8(ascii: "\n"))
    else { return nil }
    let text = String(decoding: bytes[...end], as: UTF8.self)
    do {
      return try CSVTable(parsing: text)
    } catch CSVError.fieldCount(let row, _, _) {
      return try? CSVTable(parsing: text, rows: row - 1)
    } catch {
      return nil
    }
  }

  /// Reads a model's first `epochs` epochs from metrics.csv. Whatever follows their rows is
  /// ignored, as a run that resumes cuts it off.
  ///
  /// - Throws: `FileError`; `InputError` if the file or rows are missing, or the columns are
  ///   others.
  func readMetrics(
    of model: any GenerativeModel, ofAll epochs: Int
  ) throws -> CSVTable {
    let table = try readMetrics(rows: epochs)
    if let fault = MetricsColumns.fault(in: table.header, of: model) {
      throw InputError(
        description: "\(metrics) \(fault); put the file back as it was or \(startOver)")
    }
    guard table.numbers("epoch")?.elementsEqual((1..<epochs + 1).map(Double.init)) == true else {
      throw InputError(
        description: """
          \(metrics) does not have the rows of all \(epochs) epochs before \(lastCheckpoint); put \
          them back or \(startOver)
          """)
    }
    for (epoch, row) in table.rows.enumerated() {
      guard let field = row.first(where: { !MetricsColumns.isNumber($0) }) else { continue }
      throw InputError(
        description: """
          \(metrics) is damaged: '\(field.prefix(40))' in the row of epoch \(epoch + 1) is not a \
          number; put the file back as it was or \(startOver)
          """)
    }
    return table
  }

  /// Removes the epochs' checkpoints except for the newest `count`. The last checkpoint stays.
  ///
  /// - Throws: `FileError`.
  func keepNewestCheckpoints(_ count: Int) throws {
    for epoch in epochsWithCheckpoint.dropLast(count) { try removeFile(checkpoint(epoch: epoch)) }
  }

  /// The epochs that have a checkpoint of their own.
  var epochsWithCheckpoint: [Int] { epochs(in: checkpoints, ending: "safetensors") }

  /// The epochs that have a sheet of samples.
  var epochsWithSamples: [Int] { epochs(in: "\(path)/samples", ending: "png") }

  /// The epochs of the files in a folder that are named by one.
  private func epochs(in folder: String, ending: String) -> [Int] {
    names(in: folder).compactMap { name in
      name.wholeMatch(of: /epoch-(\d{4,})\.([a-z]+)/).flatMap {
        $0.2 == ending ? Int($0.1) : nil
      }
    }.sorted()
  }

  /// The names of a run's files in the folder itself, without the record and the file for
  /// TensorBoard.
  private static let fileNames = [
    "metrics.csv", "losses.svg", "report.html", "evaluation.json", animationName,
    divergenceName, logName,
  ]

  /// Removes a run's files with `chosen` names. The record stays, without which the folder could
  /// not be overwritten.
  func removeFiles(where chosen: (String) -> Bool) throws {
    for file in files where chosen(file.name) { try removeFile("\(file.folder)/\(file.name)") }
  }

  /// Checks that a run can write its files, and replace those that exist.
  ///
  /// - Throws: `OutputError`, `FileError`.
  func checkFiles() throws {
    for folder in Self.folders.map({ "\(path)/\($0)" }) where try nameExists(folder) {
      guard isWritableFolder(folder) else {
        throw OutputError(
          description: "\(folder) is not a writable folder; move it away or make it writable")
      }
    }
    for file in files { try AtomicFile.check("\(file.folder)/\(file.name)") }
  }

  /// Everything that has the name of one of a run's files, without the record.
  private var files: [(folder: String, name: String)] {
    let own = names(in: path).filter {
      Self.fileNames.contains($0) || Self.isEventFile($0) || AtomicFile.isTemporary(name: $0)
    }
    return own.map { (path, $0) }
      + Self.folders.map { "\(path)/\($0)" }.flatMap { folder in
        names(in: folder).filter {
          $0.wholeMatch(of: Self.ownName) != nil || AtomicFile.isTemporary(name: $0)
        }.map { (folder, $0) }
      }
  }

  private static var ownName: Regex<(Substring, Substring?)> {
    /epoch-\d{4,}\.(png|safetensors|json)|last\.safetensors/
  }

  private func names(in folder: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  }
}

/// The names in a folder for output, without the temporary files of a killed program; none if the
/// folder does not exist yet.
///
/// - Throws: `OutputError` if nothing can be written there.
func namesInOutput(_ path: String) throws -> [String] {
  guard FileManager.default.fileExists(atPath: path) else {
    guard canCreateFolder(path) else {
      throw OutputError(
        description: "--out \(path) cannot be created: no writable folder is above; choose another")
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
