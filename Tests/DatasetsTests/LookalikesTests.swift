import Files
import TestFiles
import Testing

@testable import Datasets
@testable import KnownDatasets

/// If nothing is found, the error names the files there that look like data.
@Suite struct LookalikesTests {
  private func folder(_ names: [String]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for name in names {
      try folder.write(Array("x".utf8), to: name)
    }
    return folder
  }

  private func expectError(
    _ folder: TemporaryFolder, _ name: String, _ text: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let store = DatasetStoreTests.store(folder.path)
    for look in [{ _ = try store.load(name) }, { _ = try store.verify(name) }] {
      #expect(sourceLocation: sourceLocation, performing: look, throws: { "\($0)" == text })
    }
  }

  @Test func filesOfOtherNamesAreNamed() throws {
    let folder = try folder(["train-images.zip", "raw/deep/t10k-images-idx3-ubyte", "notes.txt"])
    try createFolder(folder.path + "/train-images-idx3-ubyte")
    try expectError(
      folder, folder.path + "/",
      """
      \(folder.path) lacks train-images-idx3-ubyte (with or without .gz), but there is \
      train-images-idx3-ubyte/, train-images.zip, raw/deep/t10k-images-idx3-ubyte; \
      rename it, name its folder or run 'gputrain data fetch mnist'
      """)
  }

  @Test func similarFilesAreNamedForAKnownSet() throws {
    let folder = try folder((0..<5).map { "raw/\($0).png" })
    try expectError(
      folder, "fake",
      """
      no fake data in \(folder.path) or \(folder.path)/fake or \(folder.path)/Fake/raw, \
      but there is raw/0.png, raw/1.png, raw/2.png and 2 more; \
      run 'gputrain data fetch fake --data-dir \(folder.path)' or name its folder with --data-dir
      """)
  }

  /// Another known set's files are not named.
  @Test func otherSetsAreNotNamed() throws {
    let folder = try folder(["kmnist/train-images-idx3-ubyte.gz", "KMNIST/raw/x.gz"])
    let store = DatasetStore(dataFolder: folder.path, environment: [:])
    #expect {
      try store.load("fashion-mnist")
    } throws: {
      !"\($0)".contains("but there is")
    }
  }

  @Test func onlyThreeLevelsAreSearched() throws {
    let folder = try folder(["a/b/c.png", "a/b/c/d.png", ".git/x.png", "X.JPG", "used.csv"])
    #expect(
      Lookalikes.below(folder.path, except: [folder.path + "/used.csv"]) == ["X.JPG", "a/b/c.png"])
    #expect(Lookalikes.below(folder.path + "/nowhere").isEmpty)
  }
}
