import Files
import Foundation
import TestFiles
import Testing

@Suite struct FileReaderTests {
  @Test func aMissingFileIsNamed() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/missing"
    #expect(throws: FileError(.read, path, code: ENOENT)) {
      try readFile(path: path, maximumBytes: 1)
    }
  }

  @Test func aFolderIsRefused() throws {
    let folder = try TemporaryFolder()
    #expect(throws: FileError(.read, folder.path, code: EISDIR)) {
      try readFile(path: folder.path, maximumBytes: 1)
    }
  }

  @Test func aDeviceAndAPipeAreRefusedWithoutWaiting() throws {
    let folder = try TemporaryFolder()
    let pipe = folder.path + "/pipe"
    #expect(mkfifo(pipe, 0o600) == 0)
    for path in [pipe, "/dev/zero"] {
      #expect { try readFile(path: path, maximumBytes: 1) } throws: {
        ($0 as? FileError)?.reason == "not a regular file"
      }
    }
  }

  @Test func theSizeIsCheckedBeforeAnythingIsAllocated() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/huge"
    #expect(FileManager.default.createFile(atPath: path, contents: nil))
    // A hole of a terabyte: reading it into memory would not fail with a FileError.
    #expect(truncate(path, 1 << 40) == 0)
    #expect { try readFile(path: path, maximumBytes: 1000) } throws: {
      "\($0)" == "cannot read \(path): 1099511627776 bytes, but at most 1000 are allowed; "
        + "check that it is the file you mean"
    }
  }
}
