import Files
import Foundation
import TestFiles
import Testing

@Suite struct AtomicFileTests {
  @Test func writesArraysDataBuffersAndText() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/file"
    let bytes: [UInt8] = [0, 1, 2, 255]
    try AtomicFile.write(bytes, to: path)
    #expect(try readFile(path: path, maximumBytes: 4) == bytes)
    try AtomicFile.write(Data([7]), to: path)
    #expect(try readFile(path: path, maximumBytes: 4) == [7])
    try bytes.withUnsafeBytes { try AtomicFile.write($0, to: path) }
    #expect(try readFile(path: path, maximumBytes: 4) == bytes)
    try AtomicFile.write("é", to: path)
    #expect(try readFile(path: path, maximumBytes: 4) == [0xC3, 0xA9])
    try AtomicFile.write([UInt8](), to: path)
    #expect(try readFile(path: path, maximumBytes: 0).isEmpty)
    #expect(try folder.names() == ["file"])
  }

  @Test func checkFindsUnwritablePaths() throws {
    let folder = try TemporaryFolder()
    for path in ["new", "file"] { try AtomicFile.check(folder.path + "/" + path) }
    #expect(try folder.names().isEmpty)
    try AtomicFile.write("x", to: folder.path + "/file")
    for (path, code) in [("none/x", ENOENT), ("file/x", ENOTDIR), ("", EISDIR)] {
      let error = #expect(throws: FileError.self) {
        try AtomicFile.check(folder.path + "/" + path)
      }
      #expect(error?.code == code, "\(path)")
    }
    #expect(throws: FileError.self) { try AtomicFile.check("/dev/null") }
  }

  @Test func writesMoreThanOneCallTakes() throws {
    let folder = try TemporaryFolder()
    let bytes = (0..<3_000_001).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try AtomicFile.write(bytes, to: folder.path + "/large")
    #expect(try readFile(path: folder.path + "/large", maximumBytes: 4_000_000) == bytes)
  }

  @Test func obeysTheFileCreationMask() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write("x", to: folder.path + "/file")
    var status = stat()
    #expect(stat(folder.path + "/file", &status) == 0)
    let mask = umask(0)
    umask(mask)
    #expect(status.st_mode & 0o777 == 0o666 & ~mask)
  }

  @Test func aMissingFolderIsNamed() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/missing/last.safetensors"
    #expect {
      try AtomicFile.write("x", to: path)
    } throws: {
      "\($0)" == "cannot write \(path): No such file or directory; "
        + "create the folder first or choose another path"
    }
  }

  @Test func aFailureLeavesTheOldAndNoTemporary() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write("old", to: folder.path + "/file")
    // A name that is too long makes the final rename fail.
    let long = folder.path + "/" + String(repeating: "n", count: 300)
    #expect(throws: FileError(.write, long, code: ENAMETOOLONG)) {
      try AtomicFile.write("x", to: long)
    }
    #expect(try folder.names() == ["file"])
  }

  @Test func aFolderIsNotReplaced() throws {
    let folder = try TemporaryFolder()
    try createFolder(folder.path + "/target/inside")
    #expect(throws: FileError(.write, folder.path + "/target", code: EISDIR)) {
      try AtomicFile.write("x", to: folder.path + "/target")
    }
    #expect(try folder.names() == ["target"])
    #expect(isFolder(folder.path + "/target/inside"))
  }

  /// A user with write access to `/dev` must not replace a device by a file with `--out /dev/null`.
  @Test func onlyRegularFilesAreReplaced() throws {
    let folder = try TemporaryFolder()
    let (pipe, link) = (folder.path + "/pipe", folder.path + "/link")
    #expect(mkfifo(pipe, 0o600) == 0)
    #expect(symlink(pipe, link) == 0)
    for path in [pipe, link] {
      #expect {
        try AtomicFile.write("x", to: path)
      } throws: {
        "\($0)" == "cannot write \(path): not a regular file; choose another path"
      }
    }
    var status = stat()
    #expect(stat(pipe, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
    #expect(try folder.names() == ["link", "pipe"])
  }

  @Test func theTargetOfALinkIsReplaced() throws {
    let folder = try TemporaryFolder()
    try createFolder(folder.path + "/elsewhere")
    let (target, link) = (folder.path + "/elsewhere/file", folder.path + "/link")
    try AtomicFile.write("old", to: target)
    #expect(symlink("elsewhere/file", link) == 0)
    try AtomicFile.write("new", to: link)
    #expect(try readFile(path: target, maximumBytes: 3) == Array("new".utf8))
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "elsewhere/file")
    #expect(try folder.names() == ["elsewhere", "link"])
  }

  @Test func aStaleTemporaryFileIsSkippedAndRecognized() throws {
    let folder = try TemporaryFolder()
    let left = (1...2000).map { ".gputrain-\(getpid())-\($0).tmp" }
    for name in left {
      #expect(
        FileManager.default.createFile(atPath: "\(folder.path)/\(name)", contents: nil))
    }
    try AtomicFile.write("x", to: folder.path + "/file")
    #expect(try folder.names().count == left.count + 1)
    #expect(left.allSatisfy(AtomicFile.isTemporary(name:)))
    #expect(!AtomicFile.isTemporary(name: "last.safetensors"))
  }
}
