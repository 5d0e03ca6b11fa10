import Files
import Foundation
import TestFiles
import Testing

@Suite struct FolderTests {
  @Test(arguments: ["a", "a/b/c", "a//b/", "./a"])
  func createsMissingParents(path: String) throws {
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

  @Test func canCreateFolderChecksWithoutCreating() throws {
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

  @Test func freeBytesAreThoseOfTheFileSystem() throws {
    let folder = try TemporaryFolder()
    let free = try #require(freeBytes(for: folder.path))
    #expect(free > 0)
    #expect(freeBytes(for: folder.path + "/still/to/be/made") != nil)
    // Its sizes are all 0, which means unknown.
    #expect(freeBytes(for: "/proc/self") == nil)
  }

  /// A variable that is empty or relative, and a home that does not exist, count as unset.
  @Test func theCacheFolder() throws {
    let folder = try TemporaryFolder()
    let (home, other, none) = (folder.path, folder.path + "/other", folder.path + "/none")
    try createFolder(other)
    func cache(_ environment: [String: String], home: String?) -> String {
      cacheFolder(environment: environment, userHome: home)
    }
    #expect(cache(["XDG_CACHE_HOME": none, "HOME": home], home: other) == none + "/gputrain")
    for cacheHome in ["", "relative"] {
      let environment = ["XDG_CACHE_HOME": cacheHome, "HOME": home]
      #expect(cache(environment, home: other) == home + "/.cache/gputrain")
    }
    for environment in [[:], ["HOME": ""], ["HOME": "relative"], ["HOME": "."], ["HOME": none]] {
      #expect(cache(environment, home: other) == other + "/.cache/gputrain")
      // As for Debian's nobody, and a container's user who is not in the user database.
      for home in [none, "", "relative", nil] {
        let place = cache(environment, home: home)
        #expect(place == "\(try #require(privateTemporaryFolder()))/gputrain")
      }
    }
    #expect(try folder.names() == ["other"])
  }

  @Test func thePrivateFolderIsTheUsersAlone() throws {
    let place = try #require(privateTemporaryFolder())
    var status = stat()
    #expect(lstat(place, &status) == 0 && status.st_uid == getuid())
    #expect(status.st_mode & 0o777 == 0o700 && isWritableFolder(place))
  }

  @Test func theUserDatabaseHasAHome() throws {
    // A container's user may not be in the user database.
    guard let home = systemHome() else { return }
    #expect(home.hasPrefix("/"))
  }

  @Test func aSystemFolderIsNotWritable() {
    #expect(!isWritableFolder("/proc/1/nonexistent"))
  }
}
