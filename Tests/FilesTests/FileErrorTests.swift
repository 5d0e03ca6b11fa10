import Files
import Foundation
import Testing

@Suite struct FileErrorTests {
  @Test(arguments: [
    (
      FileError(.read, "a", code: ENOENT),
      "cannot read a: No such file or directory; check the path"
    ),
    (
      FileError(.read, "a", code: EACCES), "cannot read a: Permission denied; check its permissions"
    ),
    (
      FileError(.write, "a", code: EROFS),
      "cannot write a: Read-only file system; choose another path"
    ),
    (
      FileError(.createFolder, "a", code: ENOTDIR),
      "cannot create the folder a: Not a directory; choose another path"
    ),
  ])
  func saysWhatFailedOnWhatAndWhatToDo(error: FileError, line: String) {
    #expect(error.description == line)
  }
}
