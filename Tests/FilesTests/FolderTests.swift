import Files
import Foundation
import TestFiles
import Testing

@Suite struct FolderTests {
  @Test(arguments: ["a", "a/b/c", "a//b/", "./a"])
  func makesTheFoldersAbove(path: String) throws {
    let folder = try TemporaryFolder()
    try createFolder("\(folder.path)/\(path)")
    try createFolder("\(folder.path)/\(path)")
    #expect(isFolder("\(folder.path)/\(path)"))
    #expect(isWritableFolder("\(folder.path)/\(path)"))
  }

  @Test func makesARelativeFolderAlreadyThere() throws {
    try createFolder(".")
    try createFolder("/")
  }

  @Test func aFileInTheWayIsAnError() throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/file"
    try AtomicFile.write("x", to: file)
    #expect(throws: FileError(.createFolder, file + "/run", code: ENOTDIR)) {
      try createFolder(file + "/run")
    }
    #expect(throws: FileError(.createFolder, file, code: EEXIST)) { try createFolder(file) }
    #expect(!isFolder(file))
    #expect(!isWritableFolder(file))
  }

  @Test func anEmptyPathIsAnError() {
    #expect(throws: FileError(.createFolder, "", code: ENOENT)) { try createFolder("") }
  }

  @Test func whetherAFolderCanBeMadeIsKnownBefore() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write("x", to: folder.path + "/file")
    #expect(symlink("nowhere", folder.path + "/link") == 0)
    for path in ["a", "a/b/c", "a//b/"] {
      #expect(canCreateFolder("\(folder.path)/\(path)"), "\(path)")
    }
    for path in ["", "file", "file/a", "file/a/b", "link", "link/a"] {
      #expect(!canCreateFolder("\(folder.path)/\(path)"), "\(path)")
    }
    #expect(!canCreateFolder(""))
    #expect(canCreateFolder(UUID().uuidString))
    #expect(try folder.names() == ["file", "link"])
  }

  @Test func aSystemFolderIsNotWritable() {
    #expect(!isWritableFolder("/proc/1/nonexistent"))
  }
}
