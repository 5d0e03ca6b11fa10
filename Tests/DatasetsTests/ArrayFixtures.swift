import Files
import Foundation
import Testing

@testable import Datasets

/// The files that `Arrays/make.py` makes with NumPy, and their content.
enum ArrayFixtures {
  static let labels: [UInt8] = [0, 3, 6, 9, 2]

  static func bytes(_ name: String) throws -> [UInt8] {
    let file = try #require(
      Bundle.module.url(forResource: name, withExtension: nil, subdirectory: "Arrays"))
    return try readFile(path: file.path, maximumBytes: 1 << 20)
  }

  /// Returns the values of an array of images, in C order.
  static func pixels(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(($0 * 7 + 3) % 256) } }

  /// Returns an .npy file of version 1.0 with this dict and these bytes of data.
  static func npy(_ dict: String, data: [UInt8] = []) -> [UInt8] {
    let length = dict.utf8.count
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 255), UInt8(length >> 8)]
      + Array(dict.utf8) + data
  }

  /// Returns an .npy file of elements of this type.
  static func npy(_ type: String, shape: String, data: [UInt8] = []) -> [UInt8] {
    npy("{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape), }\n", data: data)
  }
}
