import Files
import Foundation
import Images
import TestFiles
import Testing

@testable import Datasets
@testable import KnownDatasets

@Suite struct PictureFolderTests {
  /// Returns a picture of one shade as a PNG file.
  private static func png(_ shade: UInt8, side: Int = 28) throws -> [UInt8] {
    try Picture(shape: ImageShape(height: side, width: side, channels: 1), shade: shade).png()
  }

  /// Makes a folder with pictures under these names, each with its index in the list as shade.
  private func folder(_ names: [String]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (shade, name) in names.enumerated() {
      let path = "\(folder.path)/\(name)"
      try createFolder(URL(fileURLWithPath: path).deletingLastPathComponent().path)
      try AtomicFile.write(try Self.png(UInt8(shade)), to: path)
    }
    return folder
  }

  private func load(_ folder: TemporaryFolder) throws -> Dataset {
    try DatasetStore(environment: [:]).load(folder.path + "/")
  }

  /// Returns the shade of each image, whose pixels must all agree.
  private func shades(_ images: ImageSet) -> [UInt8] {
    stride(from: 0, to: images.pixels.count, by: 784).map { start in
      #expect(Set(images.pixels[start..<start + 784]).count == 1)
      return images.pixels[start]
    }
  }

  @Test func picturesAreTakenByName() throws {
    let folder = try folder(["b.png", "a.png", "10.PNG", "9.png", "c.png"])
    try AtomicFile.write("x", to: folder.path + "/notes.txt")
    try AtomicFile.write("x", to: folder.path + "/._a.png")
    try createFolder(folder.path + "/more")
    let dataset = try load(folder)
    #expect(shades(dataset.train) == [2, 3, 1, 0])
    #expect(shades(dataset.validation) == [4])
    #expect(dataset.train.labels == nil && dataset.validation.labels == nil)
    #expect(dataset.source.place == folder.path)
    #expect(dataset.source.files.map { $0.dropFirst(folder.path.count + 1) }.first == "10.PNG")
    #expect(dataset.source.files.count == 5)
    #expect(
      dataset.source.notes == [
        "the last tenth of the pictures by name is held out: 1", "not read: more, notes.txt",
      ])
    #expect(dataset.classes.isEmpty)
  }

  /// Twenty pictures with the label 3, ten with the label 7: the last two and the last one are held
  /// out.
  @Test func theLastTenthOfEachLabelIsHeldOut() throws {
    let names = (0..<20).map { "3/\(10 + $0).png" } + (0..<10).map { "7/x\($0).png" }
    let dataset = try load(try folder(names.reversed()))
    let expected = names.enumerated().filter { [18, 19, 29].contains($0.offset) }.map(\.element)
    let found = shades(dataset.validation).map { names.reversed()[Int($0)] }
    #expect(found.sorted() == expected)
    #expect(dataset.classes.map(\.name) == ["3", "7"] && dataset.classes.map(\.label) == [0, 1])
    #expect(dataset.validation.labels == found.map { $0.hasPrefix("3") ? 0 : 1 })
    let train = shades(dataset.train).map { names.reversed()[Int($0)] }
    #expect(dataset.train.labels == train.map { $0.hasPrefix("3") ? 0 : 1 })
    #expect(Set(train + found) == Set(names))
    // Any range of them has both labels.
    #expect(dataset.train.labels?.prefix(3).sorted() == [0, 0, 1])
    #expect(
      dataset.source.notes == [
        "the last tenth of the pictures of each label by name is held out: 3",
        "each folder is a class: 3, 7",
      ])
  }

  /// Every folder with pictures is a class, whatever its name; one without pictures is named.
  @Test func everyFolderIsAClass() throws {
    let names = (0...11).map { "\($0)" } + ["letter b", "letter_a", "Ä"]
    let folder = try folder(names.flatMap { ["\($0)/x.png", "\($0)/y.png"] })
    try createFolder(folder.path + "/empty")
    for name in ["a.mp4", "b.mp4", "Thumbs.db", ".hidden"] {
      try AtomicFile.write("x", to: "\(folder.path)/7/\(name)")
    }
    let dataset = try load(folder)
    #expect(dataset.classes.map(\.name) == names)
    #expect(dataset.classes.map(\.label) == Array(0...14))
    let counts = zip(dataset.train.labelCounts, dataset.validation.labelCounts).map(+)
    #expect(counts == Array(repeating: 2, count: 15) + Array(repeating: 0, count: 241))
    #expect(
      dataset.source.notes.last == "not read: 7/Thumbs.db, 7/a.mp4, 7/b.mp4 and 1 more")
    // The shade is the picture's index in the list, so half of it is the class.
    #expect(shades(dataset.train).map { $0 / 2 } == dataset.train.labels)
  }

  /// Two folders whose names look the same: one has a letter and an accent, the other one letter.
  @Test func namesThatLookTheSameAreOneClass() throws {
    let folder = try folder(["\u{C4}/0.png", "A\u{308}/1.png", "b/2.png"])
    let dataset = try load(folder)
    #expect(dataset.classes.count == 2 && dataset.source.files.count == 3)
  }

  @Test func pixelsAreUnchanged() throws {
    let folder = try folder(["0.png"])
    let ramp = (0..<784).map { $0 * 9 % 256 }
    var file = GrayPNG(width: 28, values: ramp)
    file.chunks = [("gAMA", [0, 1, 0x86, 0xA0])]
    try AtomicFile.write(file.bytes, to: folder.path + "/1.png")
    file.depth = 16
    file.values = ramp.map { $0 * 257 }
    try AtomicFile.write(file.bytes, to: folder.path + "/2.png")
    let dataset = try load(folder)
    #expect(dataset.train.pixels.suffix(784) == ramp.map(UInt8.init)[...])
    #expect(dataset.validation.pixels == ramp.map(UInt8.init))
  }

  /// The order of the files on disk does not matter.
  @Test func theOrderInTheFolderDoesNotMatter() throws {
    let names = (0..<12).map { "\($0 % 4)/\($0).png" }
    let first = try folder(names)
    let second = try TemporaryFolder()
    for (shade, name) in names.enumerated().reversed() {
      try createFolder("\(second.path)/\(shade % 4)")
      try AtomicFile.write(try Self.png(UInt8(shade)), to: "\(second.path)/\(name)")
    }
    #expect(try load(first).contentHash == load(second).contentHash)
  }

  @Test func otherSizesAndOtherFilesAreRefused() throws {
    let folder = try folder(["3/a.png", "3/b.png"])
    let path = folder.path + "/3/b.png"
    func reason() throws -> String {
      let error = #expect(throws: DatasetError.self) { try load(folder) }
      return "\(try #require(error))".replacing(path, with: "b.png")
        .replacing(folder.path + "/3/", with: "")
    }
    try AtomicFile.write(try Self.png(0, side: 32), to: path)
    #expect(
      try reason()
        == "b.png cannot be used: it has 32×32 pixels, and a.png has 28×28; add --image-size, such "
        + "as --image-size 64, to scale all pictures")
    let advice = "; replace it, or leave out such files with --skip-damaged"
    try AtomicFile.write("no picture", to: path)
    #expect(
      try reason() == "b.png cannot be used: it is neither a PNG nor a JPEG picture" + advice)
    try AtomicFile.write("", to: path)
    #expect(try reason() == "b.png cannot be used: the file is empty" + advice)
    try removeFile(path)
    try createFolder(path)
    #expect {
      try load(folder)
    } throws: {
      "\($0)" == "cannot read \(path): Is a directory; name a file, not a folder"
    }
  }

  /// A folder as a camera and its owner leave it.
  @Test func picturesNextToFoldersHaveNoClasses() throws {
    let folder = try folder(["DCIM/101CANON/a.png", "DCIM/100CANON/b.png", "c.png"])
    try createFolder(folder.path + "/DCIM/MISC")
    for name in ["DCIM/100CANON/a.mp4", "DCIM/100CANON/._b.png", "Thumbs.db", ".DS_Store"] {
      try AtomicFile.write("x", to: "\(folder.path)/\(name)")
    }
    let dataset = try load(folder)
    #expect(shades(dataset.train) == [1, 0] && shades(dataset.validation) == [2])
    #expect(dataset.classes.isEmpty && dataset.train.labels == nil)
    #expect(
      dataset.source.notes == [
        "the last tenth of the pictures by name is held out: 1",
        "\(folder.path) has pictures in itself and in folders, so there are no classes",
        "not read: DCIM/100CANON/a.mp4, DCIM/MISC, Thumbs.db",
      ])
  }

  /// Folders below the folder of a class belong to it; links to folders are not followed there.
  @Test func foldersBelowAClassBelongToIt() throws {
    let folder = try folder(["3/x/y/a.png", "3/b.png", "7/x/a.png"])
    #expect(symlink(folder.path, folder.path + "/3/x/all") == 0)
    #expect(symlink(folder.path + "/7/x/a.png", folder.path + "/7/b.png") == 0)
    let dataset = try load(folder)
    #expect(dataset.classes.map(\.name) == ["3", "7"])
    #expect(shades(dataset.train) + shades(dataset.validation) == [1, 2, 0, 2])
    #expect(dataset.train.labels == [0, 1, 0] && dataset.validation.labels == [1])
    #expect(dataset.source.notes.last == "not read: 3/x/all")
  }

  @Test func onePictureIsTooFew() throws {
    let folder = try folder(["a.png"])
    #expect(throws: DatasetError.tooFewImages(path: folder.path)) { try load(folder) }
  }

  @Test func verifyChecksAllPictures() throws {
    let folder = try folder(["a.png", "b.png"])
    let store = DatasetStore(environment: [:])
    #expect(
      try store.verify(folder.path).reports.map(\.description)
        == ["\(folder.path), 2 pictures: right form, content not checked"])
    try AtomicFile.write("", to: folder.path + "/b.png")
    #expect(
      try store.verify(folder.path + "/").reports.map(\.description) == [
        "\(folder.path)/b.png cannot be used: the file is empty; replace it, or leave out such "
          + "files with --skip-damaged"
      ])
  }
}
