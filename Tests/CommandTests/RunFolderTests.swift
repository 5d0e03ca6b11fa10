import Files
import Foundation
import TestFiles
import Testing

@testable import gputrain

/// Places to which a run cannot or must not be written: exit code 74, and nothing is changed.
@Suite struct RunFolderTests {
  static let options = [
    "train", "linear-vae", "--dataset", "./data", "--epochs", "1", "--batch-size", "8",
  ]

  private func makeFolder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try TinyData.write(to: folder.path + "/data")
    return folder
  }

  private func expectRefused(
    _ folder: TemporaryFolder, _ out: String, _ texts: String..., more: [String] = [],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let before = try tree(folder.path)
    let outcome = try Gputrain.run(Self.options + ["--out", out] + more, in: folder.path)
    for text in texts {
      expectRefusal(outcome, 74, text, sourceLocation: sourceLocation)
    }
    #expect(try tree(folder.path) == before, sourceLocation: sourceLocation)
  }

  @Test(arguments: [[], ["--overwrite"]])
  func aFolderThatHoldsOtherThings(more: [String]) throws {
    let folder = try makeFolder()
    let text = "is not empty and holds no run; choose another"
    try expectRefused(folder, "data", "--out data \(text)", more: more)
    // A folder named run.json is not a record.
    try createFolder(folder.path + "/other/run.json/inside")
    try expectRefused(folder, "other", "--out other \(text)", more: more)
    #expect(symlink("data", folder.path + "/link") == 0)
    try expectRefused(folder, "link", "--out link \(text)", more: more)
  }

  @Test func aFolderThatHoldsARun() throws {
    let run = try TrainedRun.get()
    let folder = try makeFolder()
    let before = try tree(run.path)
    try expectRefused(
      folder, run.path, "--out \(run.path) holds a run; resume it with --resume, replace it with "
    )
    #expect(try tree(run.path) == before)
  }

  @Test func files() throws {
    let folder = try makeFolder()
    try AtomicFile.write("x", to: folder.path + "/file")
    #expect(mkfifo(folder.path + "/pipe", 0o600) == 0)
    #expect(symlink("nowhere", folder.path + "/link") == 0)
    try expectRefused(folder, "file", "--out file is a file; name a folder")
    try expectRefused(folder, "file", "--out file is a file", more: ["--overwrite"])
    try expectRefused(folder, "pipe", "--out pipe is a file; name a folder")
    for out in ["file/run", "file/deep/run", "link", "link/run"] {
      try expectRefused(folder, out, "--out \(out) cannot be created: no writable folder is above")
    }
  }

  /// Not even root can create a folder there.
  @Test func anUnwritablePlace() throws {
    let folder = try makeFolder()
    try expectRefused(folder, "/proc/nowhere/run", "/proc/nowhere/run", "choose another")
    #expect(!exists("/proc/nowhere"))
  }

  @Test func theRunOfACheckpoint() throws {
    let folder = try TemporaryFolder()
    for (path, run) in [
      ("/runs/a/checkpoints/last.safetensors", "/runs/a"), ("/b/../a/checkpoints/./x", "/a"),
      ("", ""), ("/runs/a/run.json", nil), ("/runs/checkpoints/a/x", nil),
    ] {
      #expect(
        RunFolder.holding(folder.path + path)?.path == run.map { folder.path + $0 }, "\(path)")
    }
    let here = FileManager.default.currentDirectoryPath
    #expect(RunFolder.holding("checkpoints/\(UUID())")?.path == here)
    #expect(RunFolder.holding("\(UUID())") == nil)
  }

  @Test func leftoversOfAKilledRunAreAccepted() throws {
    let folder = try makeFolder()
    try createFolder(folder.path + "/run")
    try AtomicFile.write("half", to: folder.path + "/run/.gputrain-1-1.tmp")
    expectSuccess(try Gputrain.run(Self.options + ["--out", "run"], in: folder.path))
    #expect(!exists(folder.path + "/run/.gputrain-1-1.tmp"))
    #expect(isRegularFile(folder.path + "/run/checkpoints/last.safetensors"))
  }

  @Test func overwritingRemovesARunsFilesAndNoOthers() throws {
    let folder = try makeFolder()
    let run = folder.path + "/run"
    let ofARun = [
      "checkpoints/epoch-0010.safetensors", "checkpoints/.gputrain-7-1.tmp",
      "samples/epoch-0005.png", "reconstructions/epoch-10000.png", "evaluation.json",
      "checkpoints/epoch-0010.json",
    ]
    let ofOthers = [
      "notes.txt", "metrics.csv.bak", "report.html.bak", "epoch-0001.png", "samples/mine.png",
      "samples/epoch-0005.png.bak", "checkpoints/best.safetensors", "mine/epoch-0001.png",
    ]
    for name in ["samples", "reconstructions", "checkpoints", "mine"] {
      try createFolder("\(run)/\(name)")
    }
    for name in ofARun + ofOthers + ["run.json", "metrics.csv", "losses.svg", "report.html"] {
      try AtomicFile.write("old", to: "\(run)/\(name)")
    }
    expectSuccess(
      try Gputrain.run(Self.options + ["--out", "run", "--overwrite"], in: folder.path))
    for name in ofOthers {
      #expect(try readFile(path: "\(run)/\(name)", maximumBytes: 3) == Array("old".utf8), "\(name)")
    }
    for name in ofARun { #expect(!exists("\(run)/\(name)"), "\(name)") }
    let metrics = try String(contentsOfFile: run + "/metrics.csv", encoding: .utf8)
    #expect(metrics.hasPrefix("epoch,") && metrics.split(separator: "\n").count == 2)
    #expect(try readFile(path: run + "/run.json", maximumBytes: 10_000).count > 3)
    #expect(isRegularFile(run + "/checkpoints/last.safetensors"))
    #expect(try readFile(path: run + "/report.html", maximumBytes: 1 << 20).count > 3)
  }

  /// A folder in the place of a run's file is kept and named.
  @Test func overwritingRemovesNoFolder() throws {
    let folder = try makeFolder()
    try createFolder(folder.path + "/run/samples/epoch-0001.png/inside")
    try AtomicFile.write("{}", to: folder.path + "/run/run.json")
    try expectRefused(
      folder, "run", "cannot write run/samples/epoch-0001.png: Is a directory",
      more: ["--overwrite"])
  }

  @Test func aRunMayLieWithinTheDataFolder() throws {
    let folder = try makeFolder()
    expectSuccess(try Gputrain.run(Self.options + ["--out", "data/run"], in: folder.path))
    for (name, content) in TinyData.files {
      #expect(try readFile(path: "\(folder.path)/data/\(name)", maximumBytes: 1 << 20) == content)
    }
  }

  /// A folder is inspected under its lock, as another program may still write to it otherwise.
  @Test func aFolderIsLockedBeforeItIsInspected() throws {
    let folder = try makeFolder()
    // A copy: other tests resume the shared run at the same time.
    let run = folder.path + "/run"
    try FileManager.default.copyItem(atPath: TrainedRun.get().path, toPath: run)
    let lock = try #require(try FolderLock(run))
    try withExtendedLifetime(lock) {
      for more in [[], ["--resume"], ["--overwrite"]] {
        try expectRefused(folder, run, "--out \(run) is in use by another run", more: more)
      }
    }
  }

  /// If two programs find no folder, the second does not replace what the first wrote meanwhile.
  @Test(arguments: [RunFolder.Existing.refuse, .replace, .resume])
  func aRunThatWasMadeMeanwhileIsKept(existing: RunFolder.Existing) throws {
    let run = try TrainedRun.get()
    let folder = try makeFolder()
    let late = RunFolder(path: folder.path + "/run")
    try late.claim(existing)
    try FileManager.default.copyItem(atPath: run.path, toPath: late.path)
    let record = try #require(try late.readRecord())
    #expect(throws: OutputError.self) { try late.prepare(record) }
    #expect(try tree(late.path) == tree(run.path))
  }

  /// A limit on the size of files takes the place of a full disk.
  @Test func aWriteThatFails() throws {
    let folder = try makeFolder()
    // In units of 512 or 1024 bytes; a checkpoint has 11 MB.
    let outcome = try Gputrain.run(
      Self.options + ["--out", "run"], in: folder.path, shell: #"ulimit -f 10000; exec "$@""#)
    expectRefusal(
      outcome, 74, "cannot write run/checkpoints/last.safetensors: File too large; choose another")
    #expect(try tree(folder.path + "/run/checkpoints").isEmpty)
    #expect(isRegularFile(folder.path + "/run/run.json"))
    // The record allows the next run to replace this one.
    expectSuccess(
      try Gputrain.run(Self.options + ["--out", "run", "--overwrite"], in: folder.path))
  }
}
