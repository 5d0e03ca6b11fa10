import Images
import Testing

@testable import Datasets

@Suite struct NPYTests {
  static func images(_ name: String) throws -> ImageSet {
    try NPY.images(ArrayFixtures.bytes("\(name).npy")[...], path: "x")
  }

  static func labels(_ name: String) throws -> [UInt8] {
    try NPY.labels(ArrayFixtures.bytes("labels-\(name).npy")[...], path: "x")
  }

  @Test(arguments: [
    ("grey", 1), ("grey-channel", 1), ("version-2", 1), ("version-3", 1), ("colour", 3),
  ])
  func readsImages(name: String, channels: Int) throws {
    let images = try Self.images(name)
    #expect(images.shape == ImageShape(height: 4, width: 6, channels: channels))
    #expect(images.count == 5)
    #expect(images.pixels == ArrayFixtures.pixels(5 * 4 * 6 * channels))
    #expect(images.labels == nil)
  }

  @Test(arguments: [
    "u1", "i1", "u2", "u2-big", "i2", "i2-big", "i4", "i4-big", "i8", "i8-big", "u8", "column",
  ])
  func readsLabels(name: String) throws {
    #expect(try Self.labels(name) == ArrayFixtures.labels)
  }

  @Test func readsBoolLabels() throws {
    #expect(try Self.labels("bool") == [0, 0, 1, 1, 0])
  }

  @Test func readsASliceOfBytes() throws {
    let bytes = try [1, 2, 3] + ArrayFixtures.bytes("grey.npy")
    #expect(try NPY.images(bytes.dropFirst(3), path: "x").pixels == ArrayFixtures.pixels(120))
  }

  @Test(arguments: [
    ("float32", "its dtype is float32, not uint8", "images.astype(numpy.uint8)"),
    ("bool", "its dtype is bool, not uint8", "images.astype(numpy.uint8) * 255"),
    ("object", "its dtype is object, not uint8", "images.astype(numpy.uint8)"),
    ("text", "its dtype is str, not uint8", "images.astype(numpy.uint8)"),
    ("date", "its dtype is datetime64, not uint8", "images.astype(numpy.uint8)"),
    ("fields", "its elements have fields", "save each field as an array of its own"),
    ("fortran", "it is in Fortran's order", "numpy.ascontiguousarray(images)"),
    ("channels-first", "its shape is (5, 3, 4, 6), not ", "numpy.moveaxis(images, 1, -1)"),
    ("alpha", "its shape is (5, 4, 6, 4), not ", "images[..., :3]"),
    ("flat", "its shape is (5, 24), not ", "images.reshape(-1, 28, 28)"),
    ("one-picture", "its shape is (4, 6, 3), not ", "numpy.stack(images)"),
    ("none", "it has 0 items", "use an array of 1 to 2000000"),
    ("thin", "its images are 0×6", "use images with sides of 1 to 4096"),
    ("labels-u1", "its shape is (5), not ", "images.reshape"),
  ])
  func saysWhyImagesCannotBeUsed(name: String, reason: String, advice: String) {
    #expect {
      try Self.images(name)
    } throws: {
      "\($0)".hasPrefix("x cannot be used: \(reason)") && "\($0)".hasSuffix(advice)
    }
  }

  @Test(arguments: [
    ("float", "its dtype is float64, not one of integers", "labels.astype(numpy.uint8)"),
    ("one-hot", "its shape is (5, 10), not (count) or (count, 1)", "labels.argmax(1)"),
    ("300", "label 2 is 300, not 0 to 255", "at most 256"),
    ("negative", "label 1 is -1, not 0 to 255", "at most 256"),
    ("huge", "label 0 is 9223372036854775807, not 0 to 255", "at most 256"),
  ])
  func saysWhyLabelsCannotBeUsed(name: String, reason: String, advice: String) {
    #expect {
      try Self.labels(name)
    } throws: {
      "\($0)".hasPrefix("x cannot be used: \(reason)") && "\($0)".hasSuffix(advice)
    }
  }

  @Test func everyTruncationAndExtensionIsRefused() throws {
    for name in ["grey.npy", "version-2.npy"] {
      let bytes = try ArrayFixtures.bytes(name)
      for count in bytes.indices {
        #expect(throws: DatasetError.self, "\(count) bytes") {
          try NPY.images(bytes[..<count], path: "x")
        }
      }
      #expect(throws: DatasetError.self) { try NPY.images((bytes + [0])[...], path: "x") }
    }
  }

  static let damaged: [([UInt8], String)] = [
    (
      ArrayFixtures.npy("|u1", shape: "(4611686018427387904, 4, 4)"),
      "it has 0 bytes of data, but its header claims more than 9223372036854775807"
    ),
    (
      ArrayFixtures.npy("|u1", shape: "(2000000, 4096, 4096)"),
      "it has 0 bytes of data, but its header claims 33554432000000"
    ),
    (
      ArrayFixtures.npy("|u1", shape: "(9223372036854775808, 1, 1)"),
      "its header's shape has a size that is not a number from 0 to 9223372036854775807"
    ),
    (
      ArrayFixtures.npy("|u1", shape: "(-1, 2, 2)"),
      "its header's shape has a size that is not a number from 0 to 9223372036854775807"
    ),
    (
      ArrayFixtures.npy("|u1", shape: "((((1, 2, 2))))"),
      "its header's shape has a size that is not a number from 0 to 9223372036854775807"
    ),
    (ArrayFixtures.npy("|u1", shape: "(1)"), "its header's shape is not a tuple"),
    (ArrayFixtures.npy("|u1", shape: "[1, 2, 2]"), "its header lacks a ("),
    (ArrayFixtures.npy("\\u1", shape: "(1, 2, 2)"), "its header has an unreadable string"),
    (
      ArrayFixtures.npy("{'descr': '|u1', 'fortran_order': 0, 'shape': (1, 2, 2)}"),
      "its header's fortran_order is neither True nor False"
    ),
    (
      ArrayFixtures.npy("{'descr': '|u1', 'shape': (1, 2, 2)}"),
      "its header lacks descr, fortran_order or shape"
    ),
    (
      ArrayFixtures.npy("{'descr': '|u1', 'descr': '|u1'}"),
      "its header has an unknown or a second key \"descr\""
    ),
    (ArrayFixtures.npy("{'a': 1}"), "its header has an unknown or a second key \"a\""),
    (ArrayFixtures.npy("{} {}"), "something follows the dict of its header"),
    (ArrayFixtures.npy("{"), "its header lacks a '"),
    (ArrayFixtures.npy(String(repeating: " ", count: 10_001)), "its header claims 10001 bytes"),
    ([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 9, 0, 0, 0], "its version is 9, not 1 to 3"),
    (
      [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 2, 0, 255, 255, 255, 255],
      "its header claims 4294967295 "
    ),
    (Array("<html>".utf8), "it does not begin as an .npy file does"),
  ]

  @Test(arguments: damaged)
  func saysWhatIsDamaged(bytes: [UInt8], reason: String) {
    #expect {
      try NPY.images(bytes[...], path: "x")
    } throws: {
      "\($0)".hasPrefix("x is not a usable data file: \(reason)")
    }
  }

  @Test func readsWhatOtherWritersWrite() throws {
    let pixels = ArrayFixtures.pixels(4)
    let python2 = ArrayFixtures.npy("|u1", shape: "(1L, 2L, 2L)", data: pixels)
    #expect(try NPY.images(python2[...], path: "x").pixels == pixels)
    let quoted = ArrayFixtures.npy(
      #"{"shape":(1,2,2),"fortran_order":False,"descr":"<u1"}"#, data: pixels)
    #expect(try NPY.images(quoted[...], path: "x").pixels == pixels)
  }

  @Test func anUnknownTypeIsNamed() {
    let bytes = ArrayFixtures.npy("<", shape: "(1, 2, 2)")
    #expect(
      throws: DatasetError.unusable(
        path: "x", reason: "its dtype \"<\" is unknown",
        advice: "save images as images.astype(numpy.uint8)")
    ) { try NPY.images(bytes[...], path: "x") }
  }
}
