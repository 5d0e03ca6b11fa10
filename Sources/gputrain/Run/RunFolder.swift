import Files
import Foundation
import GenerativeModels
import Reports

/// The folder of a run and the places of the files in it (docs: "What lies on disk").
final class RunFolder {
  let path: String
  /// How its user begins the run anew, in an error's words.
  let beginAnew: String
  /// Held from `claim` on, where the folder is there by then.
  private var lock: FolderLock?

  init(path: String, beginAnew: String = "begin anew with --overwrite") {
    self.path = path
    self.beginAnew = beginAnew
  }

  /// The run that a checkpoint is of: the folder that is named itself, or the one that has the named file among its
  /// checkpoints, whether a record is there or not; nil of another file.
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
  /// What `evaluate` or `paper` has measured last.
  var evaluation: String { "\(path)/evaluation.json" }
  var checkpoints: String { "\(path)/checkpoints" }
  var lastCheckpoint: String { "\(checkpoints)/last.safetensors" }

  /// The files for TensorBoard: one, or none.
  var eventFiles: [String] {
    names(in: path).filter(Self.isEventFile).sorted().map { "\(path)/\($0)" }
  }

  private static func isEventFile(_ name: String) -> Bool {
    name.wholeMatch(of: /events\.out\.tfevents\.\d+\.gputrain/) != nil
  }

  func checkpoint(epoch: Int) -> String { "\(checkpoints)/\(Self.stem(epoch)).safetensors" }

  /// What `paper` has measured of it.
  func evaluation(epoch: Int) -> String { "\(checkpoints)/\(Self.stem(epoch)).json" }

  func samples(epoch: Int) -> String { "\(path)/samples/\(Self.stem(epoch)).png" }

  func reconstructions(epoch: Int) -> String {
    "\(path)/reconstructions/\(Self.stem(epoch)).png"
  }

  /// `epoch-0005` for epoch 5.
  private static func stem(_ epoch: Int) -> String { String(format: "epoch-%04d", epoch) }

  private static let folders = ["samples", "reconstructions", "checkpoints"]

  /// What to do about a run that is in the folder already.
  enum Existing { case refuse, replace, resume }

  /// Claims the folder for a run: refuses a place where it cannot or must not be written, and keeps other programs
  /// out of it as long as this object lives. Writes nothing.
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
    // Only now: without the lock another program could still write there.
    let isEmpty = try namesInOutput(path).isEmpty
    let holdsRun = isRegularFile(record)
    guard isEmpty || existing != .refuse && holdsRun else {
      throw OutputError(
        description: holdsRun
          ? """
          --out \(path) holds a run; go on with --resume, replace it with --overwrite or choose another
          """
          : "--out \(path) is not empty and holds no run; choose another")
    }
  }

  /// Makes the folder that was claimed, removes what an earlier run wrote there, and nothing else, writes the record,
  /// and makes the folders within.
  ///
  /// - Throws: `FileError`; `OutputError` where another program came first.
  func prepare(_ record: RunRecord) throws {
    try createFolder(path)
    // There was no folder when it was claimed: a run that is in it now is another program's.
    if lock == nil { try claim(.refuse) }
    try removeFiles { _ in true }
    try write(record)
  }

  /// Writes the record, and makes the folders within.
  ///
  /// - Throws: `FileError`.
  func write(_ record: RunRecord) throws {
    try AtomicFile.write(try record.jsonText(pretty: true) + "\n", to: self.record)
    for folder in Self.folders { try createFolder("\(path)/\(folder)") }
  }

  /// What run.json says of a run of this model; nil where there is none.
  ///
  /// - Throws: `FileError`; `InputError` where it is no record; `UsageError` where it is another model's.
  func readRecord(of model: String) throws -> RunRecord? {
    let begun = try readRecord()
    if let begun, begun.settings.model != model {
      throw UsageError(
        description:
          "\(path) holds a run of \(begun.settings.model), not of \(model); choose another --out")
    }
    return begun
  }

  /// What run.json says; nil where there is none.
  ///
  /// - Throws: `FileError`; `InputError` where it is no record.
  func readRecord() throws -> RunRecord? {
    guard isRegularFile(record) else { return nil }
    let bytes = try readFile(path: record, maximumBytes: 1 << 20)
    guard let begun = try? RunRecord(parsing: bytes) else {
      throw InputError(description: "\(record) is not the record of a run; \(beginAnew)")
    }
    return begun
  }

  /// What metrics.csv holds.
  ///
  /// - Parameter count: the rows to read; without it all are read.
  /// - Throws: `FileError`; `InputError` where it is missing or not a table.
  func readMetrics(rows count: Int? = nil) throws -> CSVTable {
    guard try nameExists(metrics) else {
      throw InputError(description: "\(metrics) is missing; put it back or \(beginAnew)")
    }
    let text = String(decoding: try readFile(path: metrics, maximumBytes: 1 << 26), as: UTF8.self)
    do {
      return try CSVTable(parsing: text, rows: count)
    } catch {
      throw InputError(description: "\(metrics) is damaged: \(error)")
    }
  }

  /// What metrics.csv holds of a model's first `epochs` epochs. What lies after their rows is not
  /// looked at: a run that resumes cuts it off.
  ///
  /// - Throws: as `readMetrics`; `InputError` where it has other columns, or the rows of some
  ///   epochs are missing.
  func readMetrics(
    of model: any GenerativeModel, ofAll epochs: Int
  ) throws -> CSVTable {
    let table = try readMetrics(rows: epochs)
    if let fault = MetricsColumns.fault(in: table.header, of: model) {
      throw InputError(
        description: "\(metrics) \(fault); put the file back as it was or \(beginAnew)")
    }
    guard table.numbers("epoch")?.elementsEqual((1..<epochs + 1).map(Double.init)) == true else {
      throw InputError(
        description: """
          \(metrics) does not have the rows of all \(epochs) epochs that \(lastCheckpoint) has seen; \
          put them back or \(beginAnew)
          """)
    }
    for (epoch, row) in table.rows.enumerated() {
      guard let field = row.first(where: { !MetricsColumns.isNumber($0) }) else { continue }
      throw InputError(
        description: """
          \(metrics) is damaged: '\(field.prefix(40))' in the row of epoch \(epoch + 1) is not a number; \
          put the file back as it was or \(beginAnew)
          """)
    }
    return table
  }

  /// Removes all but the newest epochs' checkpoints; the last one is none of them.
  ///
  /// - Throws: `FileError`.
  func keepNewestCheckpoints(_ count: Int) throws {
    for epoch in epochsWithCheckpoint.dropLast(count) { try removeFile(checkpoint(epoch: epoch)) }
  }

  /// The epochs that have a checkpoint of their own.
  var epochsWithCheckpoint: [Int] {
    names(in: checkpoints).compactMap {
      $0.wholeMatch(of: /epoch-(\d{4,})\.safetensors/).flatMap { Int($0.1) }
    }.sorted()
  }

  /// The names of a run's files in the folder itself, but for the record and the file for TensorBoard. What is said of a
  /// model that is not there any more goes with it.
  private static let fileNames = ["metrics.csv", "losses.svg", "report.html", "evaluation.json"]

  /// Removes a run's files but for the record, as far as they are `chosen` by their names: while the record is there,
  /// the folder can be overwritten.
  func removeFiles(where chosen: (String) -> Bool) throws {
    for file in files where chosen(file.name) { try removeFile("\(file.folder)/\(file.name)") }
  }

  /// Checks, before a run writes its files, that nothing stands in their way: each that is there
  /// can be replaced.
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

  /// What is there under the names of a run's files but for the record.
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
