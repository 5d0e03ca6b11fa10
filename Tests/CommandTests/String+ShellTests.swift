import Files
import Foundation
import TestFiles
import Testing

@testable import gputrain

/// Command lines that are printed for the user to repeat.
@Suite struct StringShellTests {
  private static let values = [
    "plain", "a b", "", "-dash", "--", "it's", "'", "$HOME", "`x`", "*", "a\nb", "\t", "a\\b",
    "\\n'\n",
    "=ls", "~", "#", "!!", "é", "'\u{301}", "\u{2028}", "\u{1B}[31m", "a=b", "%s", "\"",
  ]

  @Test func quotesOnlyWhatNeedsIt() {
    #expect(
      shellCommand(["gputrain", "train", "runs/a-1_b.c", "x=y"])
        == "gputrain train runs/a-1_b.c x=y")
    #expect("".quotedForShell == "''" && "it's".quotedForShell == #"'it'\''s'"#)
    #expect("a\nb\u{1B}".quotedForShell == #"$'a\nb\033'"#)
    #expect(commandWords("--out", "a b") == ["--out", "a b"])
    #expect(
      commandWords("--out", "-a") == ["--out=-a"] && commandWords("--out", "") == ["--out", ""])
  }

  /// A shell splits each command into the same words, also after control characters were escaped to
  /// print it.
  @Test func aShellReadsTheSameWords() throws {
    let folder = try TemporaryFolder()
    let line = shellCommand(["printf", "%s\\0"] + Self.values)
    #expect(line == line.escapingControlCharacters)
    let output = folder.path + "/output"
    try AtomicFile.write("", to: output)
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
    let shell = try ChildProcess(
      "/bin/bash", ["-c", line], output: file.fileDescriptor, errors: STDERR_FILENO)
    #expect(shell.wait() == .exited(0))
    let words = try readFile(path: output, maximumBytes: 1 << 16)
    #expect(words == Self.values.flatMap { Array($0.utf8) + [0] })
  }

  /// The parser reads any folder name back from the words.
  @Test(arguments: values.filter { !$0.isEmpty })
  func theParserTakesTheWords(value: String) throws {
    let words = ["linear-vae", "--resume"] + commandWords("--out", value)
    #expect(try TrainCommand.parse(words).out == value)
  }
}
