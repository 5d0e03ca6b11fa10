import Images
import TestFiles
import Testing

@testable import Datasets

@Suite struct NPZTests {
  static func read(_ name: String) throws -> ImageArrays {
    try NPZ.read(ArrayFixtures.bytes("\(name).npz"), path: "x")
  }

  @Test(arguments: ["keras", "keras-compressed", "stream", "zip64"])
  func readsKerasNames(name: String) throws {
    let arrays = try Self.read(name)
    #expect(arrays.train.shape == ImageShape(height: 4, width: 6, channels: 1))
    #expect(arrays.train.pixels == ArrayFixtures.pixels(120))
    #expect(arrays.train.labels == ArrayFixtures.labels)
    #expect(arrays.validation?.pixels == ArrayFixtures.pixels(48))
    #expect(arrays.validation?.labels == [0, 3])
    #expect(arrays.notes.isEmpty)
  }

  @Test func readsMedMNISTsNames() throws {
    let arrays = try Self.read("medmnist")
    #expect(arrays.train.shape == ImageShape(height: 4, width: 6, channels: 3))
    #expect(arrays.train.pixels == ArrayFixtures.pixels(360))
    #expect(arrays.train.labels == ArrayFixtures.labels)
    #expect(arrays.validation?.pixels == ArrayFixtures.pixels(144))
    #expect(arrays.validation?.labels == [0, 3])
    #expect(arrays.notes == ["not read: test_images, test_labels"])
  }

  @Test func readsArraysWithoutNames() throws {
    let arrays = try Self.read("nameless")
    #expect(arrays.train.pixels == ArrayFixtures.pixels(120))
    #expect(arrays.train.labels == ArrayFixtures.labels)
    #expect(arrays.validation == nil)
  }

  @Test(arguments: ["keras.npz", "keras-compressed.npz", "stream.npz", "zip64.npz"])
  func everyTruncationAndExtensionIsRefused(name: String) throws {
    let bytes = try ArrayFixtures.bytes(name)
    for count in bytes.indices {
      #expect(throws: DatasetError.self, "\(count) bytes") {
        try NPZ.read(Array(bytes[..<count]), path: "x")
      }
    }
    #expect(throws: DatasetError.self) { try NPZ.read(bytes + [0], path: "x") }
  }

  /// Changes every byte in turn. What is then accepted must be the same images.
  @Test(arguments: ["keras.npz", "keras-compressed.npz", "zip64.npz"])
  func noDamageChangesAnImage(name: String) throws {
    let bytes = try ArrayFixtures.bytes(name)
    let whole = try NPZ.read(bytes, path: "x")
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= 0x11
      do {
        let arrays = try NPZ.read(changed, path: "x")
        #expect(arrays.train.pixels == whole.train.pixels, "byte \(index)")
        #expect(arrays.train.labels == whole.train.labels || arrays.train.labels == nil)
      } catch {
        #expect(error is DatasetError)
      }
    }
  }

  @Test func aWrongCRCNamesTheArray() throws {
    var bytes = try ArrayFixtures.bytes("keras.npz")
    let pixel = try #require(bytes.indices.first { bytes[$0...].starts(with: [3, 10, 17, 24]) })
    bytes[pixel] ^= 1
    #expect(
      throws: DatasetError.malformed(path: "x (x_train)", reason: "its CRC-32 differs")
    ) { try NPZ.read(bytes, path: "x") }
  }

  /// The archive has 1209 bytes, and an array of a million zeros.
  @Test func aBombStopsAtTheClaimedSize() throws {
    let bytes = try ArrayFixtures.bytes("bomb.npz")
    #expect(try NPZ.read(bytes, path: "x").train.count == 1)
    let size = 1_000_128
    let field = (0..<4).map { UInt8(size >> (8 * $0) & 255) }
    for (claim, reason) in [
      ([200, 0, 0, 0], "the packed data hold more than their content's header claims"),
      ([0, 0, 0, 4], "the packed data are too short for what their content's header claims"),
      (
        [255, 255, 255, 254], "the packed data are too short for what their content's header claims"
      ),
    ] as [([UInt8], String)] {
      var changed = bytes
      for place in bytes.indices.dropLast(4) where bytes[place...].starts(with: field) {
        changed.replaceSubrange(place..<place + 4, with: claim)
      }
      #expect(throws: DatasetError.malformed(path: "x (images)", reason: reason)) {
        try NPZ.read(changed, path: "x")
      }
    }
  }

  @Test func differentShapesAndCountsAreRefused() throws {
    let images = {
      ArrayFixtures.npy(
        "|u1", shape: "(\($0), 2, \($1))", data: .init(repeating: 0, count: 2 * $0 * $1))
    }
    #expect(
      throws: DatasetError.unusable(
        path: "x", reason: "its validation images are 2×2×1, its training images 2×4×1",
        advice: "give all images the same shape")
    ) {
      try NPZ.read(storedZip(["x_train.npy": images(3, 4), "x_val.npy": images(3, 2)]), path: "x")
    }
    let labels = ArrayFixtures.npy("|u1", shape: "(2,)", data: [0, 1])
    #expect(
      throws: DatasetError.countMismatch(
        images: "x (x)", imageCount: 3, labels: "x (y)", labelCount: 2)
    ) { try NPZ.read(storedZip(["x.npy": images(3, 4), "y.npy": labels]), path: "x") }
  }

  @Test func whatIsNotReadIsNamed() throws {
    let images = try ArrayFixtures.bytes("grey.npy")
    let arrays = try NPZ.read(
      storedZip(["readme.txt": [1], "images.npy": images, "mean.npy": [2]]), path: "x")
    #expect(arrays.train.pixels == ArrayFixtures.pixels(120))
    #expect(arrays.notes == ["not read: mean, readme.txt"])
    #expect {
      try NPZ.read(storedZip(["a.npy": images, "b.npy": images]), path: "x")
    } throws: {
      "\($0)".contains("which arrays are the images? It has a, b")
    }
    #expect { try NPZ.read(storedZip(["a.txt": images]), path: "x") } throws: {
      "\($0)".contains("it has no arrays")
    }
  }

  @Test(
    arguments: [
      (["x_train", "X_TEST", "Y_train"], "x_train", "Y_train", "X_TEST", nil),
      (
        ["train_images", "test_images", "test_labels"], "train_images", nil, "test_images",
        "test_labels"
      ),
      (["faces"], "faces", nil, nil, nil),
      (["targets", "images", "names"], "images", "targets", nil, nil),
      (["arr_0", "arr_1", "arr_2"], "arr_0", "arr_1", nil, nil),
    ] as [([String], String, String?, String?, String?)])
  func identifiesArraysByName(
    names: [String], images: String, labels: String?, heldOut: String?, heldOutLabels: String?
  ) throws {
    let found = try #require(ArrayNames(names))
    #expect(found.train == ArrayNames.Pair(images: images, labels: labels))
    #expect(found.validation?.images == heldOut)
    #expect(found.validation?.labels == heldOutLabels)
    let used = [images, labels, heldOut, heldOutLabels].compactMap(\.self)
    #expect(found.leftOut == names.filter { !used.contains($0) })
  }

  @Test(arguments: [[], ["a", "b"], ["labels"], ["x_test", "y_test"]])
  func namesWithoutImagesAreNotGuessed(names: [String]) {
    #expect(ArrayNames(names) == nil)
  }
}
