import Files
import TestFiles
import Testing

@Suite struct MappedFileTests {
  @Test func theContentStaysWhenTheFileIsReplaced() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a"
    let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 * $0 >> 3) }
    try AtomicFile.write(bytes, to: path)
    let file = try MappedFile(path)
    try AtomicFile.write([1], to: path)
    try removeFile(path)
    #expect(file.count == 10_000 && file[0..<10_000] == bytes)
    #expect(file[4097..<8200] == Array(bytes[4097..<8200]))
    #expect(file.withUnsafeBytes { $0.elementsEqual(bytes) })
  }

  @Test func otherThingsAreRefused() throws {
    let folder = try TemporaryFolder()
    try folder.write([], to: "empty")
    let empty = try MappedFile(folder.path + "/empty")
    #expect(empty.count == 0 && empty[0..<0] == [])
    #expect(throws: FileError.self) { try MappedFile(folder.path) }
    #expect(throws: FileError.self) { try MappedFile(folder.path + "/none") }
    #expect(throws: FileError.self) { try MappedFile("/dev/null") }
  }
}
