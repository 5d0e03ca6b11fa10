import Foundation
import Testing

@testable import Images

/// The pictures that Pictures/make.py made with Pillow and torchvision.
struct PillowPictures: Decodable {
  /// A file and its pixels by Pillow.
  struct Decoded: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let background: [UInt8]
    let hasAlpha: Bool
    let shape: [Int]
    let pixels: Bytes

    var testDescription: String { name }
    var colour: Colour {
      Colour(red: background[0], green: background[1], blue: background[2])
    }
  }

  /// A file and its pixels in another size.
  struct Resized: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let shape: [Int]
    let pixels: Bytes

    var testDescription: String { "\(name) in \(shape)" }
  }

  /// Bytes in base 64.
  ///
  /// NOTE: a leak checker does not find a `Data` that is stored: its case is in the upper bits of
  /// its address.
  struct Bytes: Decodable, Sendable {
    let bytes: [UInt8]

    init(from decoder: any Decoder) throws {
      bytes = Array(try decoder.singleValueContainer().decode(Data.self))
    }
  }

  let decoded: [Decoded]
  let resized: [Resized]

  static let all = Result {
    try JSONDecoder().decode(PillowPictures.self, from: Data(bytes(of: "pictures.json")))
  }

  /// Returns the content of a file in the folder Pictures.
  static func bytes(of name: String) throws -> [UInt8] {
    let folder = try #require(Bundle.module.url(forResource: "Pictures", withExtension: nil))
    return Array(try Data(contentsOf: folder.appendingPathComponent(name)))
  }
}

extension ImageShape {
  /// Makes a shape of height, width and channels.
  init(_ sizes: [Int]) { self.init(height: sizes[0], width: sizes[1], channels: sizes[2]) }
}
