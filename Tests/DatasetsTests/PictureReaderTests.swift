import Files
import Foundation
import Images
import TestFiles
import Testing

@testable import Datasets

/// Pictures of several sizes, formats and states become images of one shape.
@Suite struct PictureReaderTests {
  /// A JPEG file of 8×8 pixels of the grey shade 128, written by Pillow.
  private static let jpeg = [UInt8](
    Data(
      base64Encoded:
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4n"
        + "ICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/wAALCAAIAAgBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAEC"
        + "AwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAk"
        + "M2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJ"
        + "ipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3"
        + "+Pn6/9oACAEBAAA/ACv/2Q==") ?? Data())

  private func png(_ shade: UInt8, width: Int = 8, height: Int = 8, channels: Int = 1) throws
    -> [UInt8]
  {
    try Picture(shape: ImageShape(height: height, width: width, channels: channels), shade: shade)
      .png()
  }

  private func load(
    _ folder: TemporaryFolder, _ preparation: ImagePreparation = ImagePreparation(),
    cache: String? = nil
  ) throws -> Dataset {
    try FolderReader(preparation, cacheFolder: cache).load(folder.path)
  }

  /// The first byte of each image.
  private func shades(_ images: ImageSet) -> [UInt8] {
    stride(from: 0, to: images.pixels.count, by: images.shape.elements).map { images.pixels[$0] }
  }

  /// The content tells the format, whatever the name says.
  @Test func formatsAreDetectedFromTheContent() throws {
    let folder = try TemporaryFolder()
    try folder.write(try png(10), to: "a.jpg")
    try folder.write(Self.jpeg, to: "b.png")
    try folder.write(Self.jpeg, to: "c")
    try folder.write(Array("%PDF".utf8), to: "d.pdf")
    let data = try load(folder)
    #expect(shades(data.train) + shades(data.validation) == [10, 128, 128])
    #expect(data.source.notes.last == "not read: d.pdf")
    #expect(
      data.source.survey?.lines == ["pictures: 2 JPEG, 1 PNG; 0 in colour, 3 grey", "sizes: 8×8"])
  }

  @Test func theShapeIsThatOfTheModelOrOfTheOptionsOrOfThePictures() throws {
    let folder = try TemporaryFolder()
    try folder.write(try png(10, width: 12), to: "a.png")
    try folder.write(try png(20, channels: 3), to: "b.png")
    func shape(_ preparation: ImagePreparation) throws -> [Int] {
      try load(folder, preparation).shape.sizes
    }
    #expect(throws: DatasetError.self) { try shape(ImagePreparation()) }
    #expect(try shape(ImagePreparation(size: ImageSize(width: 6, height: 4))) == [4, 6, 3])
    #expect(try shape(ImagePreparation(size: ImageSize(4), channels: 1)) == [4, 4, 1])
    var preparation = ImagePreparation()
    preparation.wanted = ImageShape(height: 5, width: 7, channels: 1)
    #expect(try shape(preparation) == [5, 7, 1])
    let notes = try load(folder, preparation).source.notes
    #expect(notes.last == "pictures are scaled to 5×7×1")
    preparation.channels = 3
    #expect {
      try load(folder, preparation)
    } throws: {
      "\($0)" == "\(folder.path) cannot be used: its images are 5×7×3, and the model takes 5×7×1; "
        + "add --image-size 7x5 --channels 1, or choose another model"
    }
  }

  /// If damaged pictures are not left out, every run reports the first one by name.
  @Test func damagedPictures() throws {
    let folder = try TemporaryFolder()
    for index in 0..<40 { try folder.write(try png(UInt8(index)), to: "\(100 + index).png") }
    for index in [7, 21, 35] { try folder.write([0x89], to: "\(100 + index).png") }
    let error = #expect(throws: DatasetError.self) { try load(folder) }
    #expect("\(try #require(error))".hasPrefix("\(folder.path)/107.png cannot be used: "))
    let data = try load(folder, ImagePreparation(skipsDamaged: true))
    let kept = (0..<40).filter { ![7, 21, 35].contains($0) }.map { UInt8($0) }
    #expect(shades(data.train) + shades(data.validation) == kept && data.validation.count == 3)
    #expect(
      data.source.damaged.map(\.path) == [7, 21, 35].map { "\(folder.path)/\(100 + $0).png" })
    #expect(data.source.notes.contains { $0.hasPrefix("3 damaged pictures left out: ") })
  }

  @Test func theLabelsOfDamagedPicturesAreLeftOutToo() throws {
    let folder = try TemporaryFolder()
    for name in ["cat/1", "cat/2", "dog/1", "dog/2"] {
      try folder.write(try png(name.hasPrefix("c") ? 1 : 2), to: "\(name).png")
    }
    try folder.write([], to: "cat/1.png")
    let data = try load(folder, ImagePreparation(skipsDamaged: true))
    let labels = (data.train.labels ?? []) + (data.validation.labels ?? [])
    #expect(labels.map { $0 + 1 } == shades(data.train) + shades(data.validation))
    #expect(labels.count == 3)
  }

  @Test func theSeedDrawsWhatIsHeldOut() throws {
    let folder = try TemporaryFolder()
    for index in 0..<40 {
      try folder.write(try png(UInt8(index)), to: "\(index % 2)/\(100 + index).png")
    }
    var preparation = ImagePreparation()
    preparation.splitSeed = 3
    let (first, again) = (try load(folder, preparation), try load(folder, preparation))
    #expect(first == again)
    preparation.splitSeed = 4
    let other = try load(folder, preparation)
    #expect(shades(first.validation) != shades(other.validation))
    for data in [first, other] {
      #expect(data.validation.labels?.sorted() == [0, 0, 1, 1])
      #expect(Set(shades(data.train) + shades(data.validation)) == Set(0..<40))
    }
  }

  @Test func validationPicturesMayBeElsewhere() throws {
    let (folder, other) = (try TemporaryFolder(), try TemporaryFolder())
    for name in ["cat/1", "dog/1", "dog/2"] { try folder.write(try png(1), to: "\(name).png") }
    try other.write(try png(2), to: "dog/9.png")
    var preparation = ImagePreparation()
    preparation.validation = other.path
    let data = try load(folder, preparation)
    #expect(data.train.count == 3 && shades(data.validation) == [2])
    #expect(data.validation.labels == [1] && data.classes.map(\.name) == ["cat", "dog"])
    preparation.validation = folder.path + "/cat/none"
    #expect(throws: DatasetError.self) { try load(folder, preparation) }
  }

  /// The second time, images come from the cache: if its file is changed, so are the images.
  @Test func imagesAreKept() throws {
    let (folder, cache) = (try TemporaryFolder(), try TemporaryFolder())
    for index in 0..<300 {
      try folder.write(try png(UInt8(index % 200)), to: "\(1000 + index).png")
    }
    try folder.write([], to: "1005.png")
    let preparation = ImagePreparation(skipsDamaged: true)
    let first = try load(folder, preparation, cache: cache.path)
    #expect(try load(folder, preparation, cache: cache.path) == first)
    let name = try #require(try cache.names().first)
    #expect(try cache.names().count == 1)
    var bytes = try readFile(path: "\(cache.path)/\(name)", maximumBytes: 1 << 24)
    bytes[bytes.count - 1] ^= 255
    // A set that is mapped keeps its content.
    try AtomicFile.write(bytes, to: "\(cache.path)/\(name)")
    let changed = try load(folder, preparation, cache: cache.path)
    #expect(changed.validation.pixels.last == first.validation.pixels.last.map { $0 ^ 255 })
    // Other options and a changed file are noticed; so is a cut file.
    #expect(
      try load(folder, ImagePreparation(isInverted: true, skipsDamaged: true), cache: cache.path)
        .train.pixels == first.train.pixels.map { 255 - $0 })
    try AtomicFile.write(Array(bytes.dropLast(64)), to: "\(cache.path)/\(name)")
    #expect(try load(folder, preparation, cache: cache.path) == first)
    try folder.write(try png(77, width: 9), to: "1000.png")
    var size = preparation
    size.size = ImageSize(8)
    #expect(shades(try load(folder, size, cache: cache.path).train).first == 77)
  }
}
