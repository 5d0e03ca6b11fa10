import Files
import GenerativeModels
import Reports

extension RunFolder {
  /// The path of the checkpoint that the run which was begun here goes on from, be it one that cannot be read; nil where
  /// it was cut before its first.
  ///
  /// - Throws: `InputError`, `FileError` where there was one, or may have been: to begin anew would lose the run.
  func checkpointToResume() throws -> String? {
    if try nameExists(lastCheckpoint) { return lastCheckpoint }
    // A link to nothing, as to a disk that is not mounted, has no names in it either.
    if try nameExists(checkpoints), !isFolder(checkpoints) {
      throw InputError(
        description: """
          \(checkpoints), where checkpoints were, is no folder now; put it back or \(beginAnew)
          """)
    }
    let text = try nameExists(metrics) ? readFile(path: metrics, maximumBytes: 1 << 26) : []
    let rows = text.count { $0 == UInt8(ascii: "\n") } - 1
    if let newest = epochsWithCheckpoint.last {
      // The last one is written behind the epoch's own: a run may have been cut between the two.
      if rows <= newest { return checkpoint(epoch: newest) }
      throw InputError(
        description: """
          \(lastCheckpoint) is gone; copy \(checkpoint(epoch: newest)) to that name to go on from there, or \
          \(beginAnew)
          """)
    }
    // An epoch's row is written shortly before its checkpoint.
    guard rows <= 1 else {
      throw InputError(
        description: """
          \(lastCheckpoint) is gone, though \(metrics) tells of \(rows) epochs; put it back or \(beginAnew)
          """)
    }
    return nil
  }

  /// Takes the folder back to a checkpoint after `epochs` epochs, for a run of a model that resumes
  /// as `record` says.
  ///
  /// - Returns: The rows of metrics.csv up to there.
  /// - Throws: `FileError`; as `readMetrics`, before anything is touched.
  func prepareToResume(
    _ record: RunRecord, of model: any GenerativeModel, epochs: Int
  ) throws -> CSVTable {
    let table = try readMetrics(of: model, ofAll: epochs)
    try removeFiles(where: AtomicFile.isTemporary)
    try AtomicFile.write(table.text, to: metrics)
    try write(record)
    return table
  }
}
