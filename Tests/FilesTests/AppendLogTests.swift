import Files
import Foundation
import TestFiles
import Testing

@Suite struct AppendLogTests {
  @Test func growsByLinesAndIsReopened() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/metrics.csv"
    let log = try AppendLog(path: path)
    #expect(try log.isEmpty)
    try log.append("epoch,loss")
    try log.append("1,0.5")
    let again = try AppendLog(path: path)
    #expect(try !again.isEmpty)
    try again.append("2,0.25")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "epoch,loss\n1,0.5\n2,0.25\n")
  }

  @Test(arguments: [("a\nb", "a\n"), ("torn", ""), ("a\n", "a\n"), ("", "")])
  func anIncompleteLastLineIsRemoved(before: String, after: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/metrics.csv"
    try AtomicFile.write(before, to: path)
    try AppendLog(path: path).append("x")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == after + "x\n")
  }

  @Test func aFullDiskIsAnError() throws {
    let log = try AppendLog(path: "/dev/full")
    #expect(throws: FileError(.write, "/dev/full", code: ENOSPC)) { try log.append("1,2") }
  }

  @Test func aMissingFolderIsAnError() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/missing/metrics.csv"
    #expect(throws: FileError(.write, path, code: ENOENT)) { _ = try AppendLog(path: path) }
  }
}
