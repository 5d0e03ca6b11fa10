import Files
import Images
import TestFiles
import Testing

@testable import Datasets

@Suite struct ImagePreparationTests {
  @Test(arguments: [
    ("64", ImageSize(64)), ("64x48", ImageSize(width: 64, height: 48)),
    ("1x1024", ImageSize(width: 1, height: 1024)),
  ])
  func sizesAreRead(text: String, size: ImageSize) {
    #expect(ImageSize(text) == size)
    #expect(ImageSize("\(size)") == size)
  }

  @Test(arguments: [
    "", "0", "1025", "x", "64x", "x64", "64x48x3", "+64", "-1", "6 4", "64X48", "٣",
  ])
  func otherSizesAreRefused(text: String) { #expect(ImageSize(text) == nil) }

  @Test func coloursAreRead() {
    #expect(Colour("black") == .black && Colour("white") == .white)
    #expect(Colour("ff8001") == Colour(red: 255, green: 128, blue: 1))
    for text in ["", "red", "fff", "ff80011", "#ff8001", "ff80é1"] { #expect(Colour(text) == nil) }
  }

  /// Two images of 2×4: the left half is dark.
  private let images = ImageSet(
    pixels: [0, 0, 200, 200, 0, 0, 200, 200, 9, 9, 9, 9, 9, 9, 9, 9],
    shape: ImageShape(height: 2, width: 4, channels: 1), labels: [5, 6])

  @Test func imagesInMemoryAreScaledAndConverted() throws {
    let plain = try ImagePreparation().prepare(images, from: "x")
    #expect(plain == images)
    let inverted = try ImagePreparation(isInverted: true).prepare(images, from: "x")
    #expect(inverted.pixels == images.pixels.map { 255 - $0 } && inverted.labels == [5, 6])
    // The middle 2×2 of each image, three times.
    let coloured = try ImagePreparation(size: ImageSize(2), channels: 3).prepare(images, from: "x")
    #expect(coloured.shape.sizes == [2, 2, 3] && coloured.labels == [5, 6])
    let dark = [UInt8](repeating: 0, count: 3)
    let light = [UInt8](repeating: 200, count: 3)
    #expect(coloured.pixels == dark + light + dark + light + [UInt8](repeating: 9, count: 12))
  }

  @Test func imagesThatAModelDoesNotTakeAreRefused() throws {
    var preparation = ImagePreparation()
    preparation.wanted = ImageShape(height: 4, width: 4, channels: 3)
    #expect {
      try preparation.prepare(images, from: "a/b.npz")
    } throws: {
      "\($0)" == "a/b.npz cannot be used: its images are 2×4×1, and the model takes 4×4×3; "
        + "add --image-size 4 --channels 3, or choose another model"
    }
    (preparation.size, preparation.channels) = (ImageSize(4), 3)
    #expect(try preparation.prepare(images, from: "x").shape == preparation.wanted)
  }
}
