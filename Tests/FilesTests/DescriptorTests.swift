import Foundation
import TestFiles
import Testing

@testable import Files

@Suite struct DescriptorTests {
  @Test func shortAndInterruptedWritesAreContinued() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/file"
    let descriptor = try Descriptor(opening: path, flags: O_WRONLY | O_CREAT, for: .write)
    let bytes = (0..<100).map { UInt8($0) }
    var calls = 0
    try bytes.withUnsafeBytes {
      try descriptor.writeAll($0, path: path) { number, start, count in
        calls += 1
        if calls % 2 == 0 {
          errno = EINTR
          return -1
        }
        return write(number, start, min(count, 7))
      }
    }
    #expect(try readFile(path: path, maximumBytes: 100) == bytes)
    #expect(calls == 29)
  }

  @Test func aFullDiskIsReportedInOneLine() throws {
    let descriptor = try Descriptor(opening: "/dev/full", flags: O_WRONLY, for: .write)
    #expect {
      try [UInt8(1)].withUnsafeBytes {
        try descriptor.writeAll($0, path: "runs/x/last.safetensors")
      }
    } throws: {
      "\($0)" == "cannot write runs/x/last.safetensors: No space left on device; "
        + "free some space or choose another path"
    }
  }

  @Test func aWriteOfNothingIsAnErrorAndNotALoop() throws {
    let descriptor = try Descriptor(opening: "/dev/null", flags: O_WRONLY, for: .write)
    #expect(throws: FileError(.write, "x", code: EIO)) {
      try [UInt8(1)].withUnsafeBytes {
        try descriptor.writeAll($0, path: "x") { _, _, _ in 0 }
      }
    }
  }
}
