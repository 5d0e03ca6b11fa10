import Files
import Foundation
import TestFiles
import Testing

@Suite struct FileNamesTests {
  @Test func removesFilesAndLinksAndNeverAFolder() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write("x", to: folder.path + "/file")
    try createFolder(folder.path + "/folder")
    #expect(symlink("folder", folder.path + "/link") == 0)
    try removeFile(folder.path + "/file")
    try removeFile(folder.path + "/file")
    try removeFile(folder.path + "/nonexistent/file")
    try removeFile(folder.path + "/link")
    #expect(throws: FileError.self) { try removeFile(folder.path + "/folder") }
    #expect(try folder.names() == ["folder"])
  }

  @Test func knowsRegularFilesAndTheSameFile() throws {
    let folder = try TemporaryFolder()
    let (file, link, other) = (
      folder.path + "/file", folder.path + "/link", folder.path + "/other"
    )
    try AtomicFile.write("x", to: file)
    try AtomicFile.write("x", to: other)
    #expect(symlink("file", link) == 0)
    #expect(isRegularFile(file) && isRegularFile(link))
    #expect(!isRegularFile(folder.path) && !isRegularFile(file + "/a"))
    #expect(isSameFile(file, link) && isSameFile(file, folder.path + "/./file"))
    #expect(!isSameFile(file, other))
    #expect(!isSameFile(folder.path + "/none", folder.path + "/none"))
  }

  @Test func knowsWhetherANameIsTaken() throws {
    let folder = try TemporaryFolder()
    let (link, circle) = (folder.path + "/link", folder.path + "/circle")
    #expect(symlink("nothing", link) == 0 && symlink("circle", circle) == 0)
    #expect(try nameExists(folder.path) && nameExists(link) && nameExists(circle))
    try AtomicFile.write("x", to: folder.path + "/file")
    for path in ["/nothing", "/nothing/below", "/file/below", "/link/below"] {
      #expect(try !nameExists(folder.path + path))
    }
    #expect(throws: FileError(.read, circle + "/below", code: ELOOP)) {
      try nameExists(circle + "/below")
    }
  }
}
