import Files
import GenerativeModels
import Reports

extension RunFolder {
  /// The path of the checkpoint that the folder's run resumes from, readable or not; nil if the run
  /// was cut before its first.
  ///
  /// - Throws: `InputError`, `FileError` if there was a checkpoint, or may have been: the run would
  ///   be lost if it started over.
  func checkpointToResume() throws -> String? {
    if try nameExists(lastCheckpoint) { return lastCheckpoint }
    // Nothing is found through a dangling link either, such as one to a disk that is not mounted.
    if try nameExists(checkpoints), !isFolder(checkpoints) {
      throw InputError(
        description: """
          \(checkpoints), the folder of the checkpoints, is not a folder now; put it back or \
          \(startOver)
          """)
    }
    let text = try nameExists(metrics) ? readFile(path: metrics, maximumBytes: 1 << 26) : []
    let rows = text.count { $0 == UInt8(ascii: "\n") } - 1
    if let newest = epochsWithCheckpoint.last {
      // The last one is written after the epoch's own, and a run may have been cut between the two.
      if rows <= newest { return checkpoint(epoch: newest) }
      throw InputError(
        description: """
          \(lastCheckpoint) is gone; copy \(checkpoint(epoch: newest)) to that name to resume from \
          there, or \(startOver)
          """)
    }
    // An epoch's row is written shortly before its checkpoint.
    guard rows <= 1 else {
      throw InputError(
        description: """
          \(lastCheckpoint) is gone, though \(metrics) has \(rows) epochs; put it back or \
          \(startOver)
          """)
    }
    return nil
  }

  /// Rolls the folder back to a checkpoint after `epochs` epochs, for a run that resumes with
  /// `record`.
  ///
  /// - Returns: The rows of metrics.csv up to there.
  /// - Throws: `FileError`; what `readMetrics` throws, before anything is changed.
  func prepareToResume(
    _ record: RunRecord, of model: any GenerativeModel, epochs: Int
  ) throws -> CSVTable {
    let table = try readMetrics(of: model, ofAll: epochs)
    try removeFiles { AtomicFile.isTemporary(name: $0) || $0 == Self.divergenceName }
    try AtomicFile.write(table.text, to: metrics)
    try write(record)
    return table
  }
}
