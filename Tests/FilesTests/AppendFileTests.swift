import Foundation
import TestFiles
import Testing

@testable import Files

@Suite struct AppendFileTests {
  @Test func appendedBytesAreReadAfterTheNameIsRemoved() throws {
    let folder = try TemporaryFolder()
    let file = try AppendFile(path: folder.path + "/file")
    #expect(try file.read(maximumBytes: 0) == [])
    try file.append([1, 2, 3])
    try FileManager.default.removeItem(atPath: file.path)
    try file.append([4])
    #expect(try file.read(maximumBytes: 4) == [1, 2, 3, 4])
    try file.truncate(to: 2)
    #expect(try file.read(maximumBytes: 4) == [1, 2])
  }

  @Test func aFileAboveTheMaximumIsRefused() throws {
    let folder = try TemporaryFolder()
    let file = try AppendFile(path: folder.path + "/file")
    try file.append([1, 2, 3])
    let error = #expect(throws: FileError.self) { try file.read(maximumBytes: 2) }
    #expect(error?.reason == "3 bytes, but at most 2 are allowed")
    #expect(error?.path == file.path)
  }
}
