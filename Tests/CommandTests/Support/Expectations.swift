import Files
import Foundation
import Testing

/// Expects that the program refused: with this exit code, a last line on stderr that contains these
/// texts, nothing on stdout and no sign of a crash.
func expectRefusal(
  _ outcome: Gputrain.Outcome, _ status: Int32, _ texts: String...,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(outcome.status == status, "\(outcome)", sourceLocation: sourceLocation)
  #expect(outcome.stdout == "", sourceLocation: sourceLocation)
  let lines = outcome.stderrLines
  let own = lines.filter { $0.hasPrefix("gputrain: ") }
  #expect(own.count == 1 && lines.last == own.first, "\(outcome)", sourceLocation: sourceLocation)
  for text in texts {
    #expect(own.first?.contains(text) == true, "\(outcome)", sourceLocation: sourceLocation)
  }
  // Other lines may precede it: they name what the run would have used.
  let others = [
    "data: ", "note: ", "device: ", "tuning: ", "fetching ", "epoch ", "resuming ", "kept: ",
    "step ", "stopping ", "self-test passed: ", "Done: ", "model: ", "run: ",
  ]
  for line in lines where !line.hasPrefix("gputrain: ") {
    #expect(
      others.contains { line.hasPrefix($0) } || line.hasSuffix("generated.")
        || line.prefixMatch(of: /\d\d:\d\d:\d\d\s\s/) != nil, "\(line)",
      sourceLocation: sourceLocation)
  }
}

/// Expects that the parser refused, with a message that contains these texts.
func expectUsageError(
  _ outcome: Gputrain.Outcome, _ texts: String...,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(outcome.status == 64, "\(outcome)", sourceLocation: sourceLocation)
  #expect(outcome.stdout == "", sourceLocation: sourceLocation)
  #expect(outcome.stderr.hasPrefix("gputrain: "), "\(outcome)", sourceLocation: sourceLocation)
  #expect(outcome.stderrLines.count == 1, "\(outcome)", sourceLocation: sourceLocation)
  for text in texts {
    #expect(outcome.stderr.contains(text), "\(outcome)", sourceLocation: sourceLocation)
  }
}

/// Expects that the program succeeded.
func expectSuccess(
  _ outcome: Gputrain.Outcome, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(outcome.status == 0, "\(outcome)", sourceLocation: sourceLocation)
  #expect(!outcome.stderr.contains("gputrain: "), "\(outcome)", sourceLocation: sourceLocation)
}

/// The relative paths of all files below a folder, without times in names. Folders end with a
/// slash.
func tree(_ folder: String) throws -> [String] {
  try FileManager.default.subpathsOfDirectory(atPath: folder).map { path in
    let path = path.replacing(/events\.out\.tfevents\.\d+/, with: "events")
    return isFolder("\(folder)/\(path)") ? path + "/" : path
  }.sorted()
}

/// Whether anything has this name, even a dangling link.
func exists(_ path: String) -> Bool {
  var status = stat()
  return lstat(path, &status) == 0
}
