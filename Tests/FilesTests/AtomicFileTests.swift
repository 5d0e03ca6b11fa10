import Files
import Foundation
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

  @Test func aMissingFolderIsNamed() {
    #expect {
      try AtomicFile.write("x", to: "/nonexistent/run/last.safetensors")
    } throws: {
      "\($0)" == "cannot write /nonexistent/run/last.safetensors: No such file or directory; "
        + "create the folder first or choose another --out"
    }
  }

  @Test func aFailureLeavesTheOldAndNoTemporary() throws {
    let folder = try TemporaryFolder()
    // A folder in the way: the rename at the very end fails.
    try FileManager.default.createDirectory(
      atPath: folder.path + "/target/inside", withIntermediateDirectories: true)
    #expect(throws: FileError.self) { try AtomicFile.write("x", to: folder.path + "/target") }
    #expect(try folder.names() == ["target"])
    #expect(isFolder(folder.path + "/target/inside"))
  }

  @Test func aLeftTemporaryIsPassedOverAndRecognized() throws {
    let folder = try TemporaryFolder()
    let left = (1...2000).map { ".gputrain-\(getpid())-\($0).tmp" }
    for name in left {
      FileManager.default.createFile(atPath: "\(folder.path)/\(name)", contents: nil)
    }
    try AtomicFile.write("x", to: folder.path + "/file")
    #expect(try folder.names().count == left.count + 1)
    #expect(left.allSatisfy(AtomicFile.isTemporary(name:)))
    #expect(!AtomicFile.isTemporary(name: "last.safetensors"))
  }
}
