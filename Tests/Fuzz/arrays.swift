import CZlib

@testable import Datasets

/// The first byte chooses the format of the others. They must be refused, or be images with the
/// bytes of the file.
@_cdecl("LLVMFuzzerTestOneInput")
public func run(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = UnsafeBufferPointer(start: start, count: count)
  guard let format = input.first else { return 0 }
  let bytes = Array(input.dropFirst())
  do {
    switch format {
    case UInt8(ascii: "n"): try checkNPY(bytes)
    case UInt8(ascii: "z"): checkShape(of: try NPZ.read(bytes, path: "x"))
    case UInt8(ascii: "c"): try checkCIFAR(bytes)
    case UInt8(ascii: "t"): _ = try TarArchive(bytes)
    case UInt8(ascii: "g"): checkShape(of: try CIFAR.ten.read(archive: bytes, path: "x"))
    default: break
    }
  } catch {
    precondition(error is DatasetError || error is TarArchive.Damaged)
  }
  return 0
}

private func checkShape(of arrays: ImageArrays) {
  for images in [arrays.train, arrays.validation].compactMap(\.self) {
    precondition(images.count > 0 && images.pixels.count == images.count * images.shape.elements)
    precondition(images.labels.map { $0.count == images.count } ?? true)
    precondition(images.shape == arrays.train.shape)
  }
}

/// An array has the same images in a zip archive.
private func checkNPY(_ bytes: [UInt8]) throws {
  let images = try? NPY.images(bytes[...], path: "x")
  if let images { precondition(bytes.suffix(images.pixels.count) == images.pixels[...]) }
  let packed = try? NPZ.read(zip(bytes), path: "x")
  precondition(packed?.train == images)
  let labels = try NPY.labels(bytes[...], path: "x")
  precondition(!labels.isEmpty && labels.count <= bytes.count)
}

/// Every value of a record has its place in an image.
private func checkCIFAR(_ bytes: [UInt8]) throws {
  let arrays = try CIFAR.ten.read(in: "x") { $0 == "data_batch_3.bin" ? bytes[...] : nil }
  checkShape(of: arrays)
  let planes = (0..<bytes.count / 3073).flatMap { bytes[($0 * 3073 + 1)...].prefix(3072) }
  for place in stride(from: 0, to: planes.count, by: 101) {
    let (image, colour, pixel) = (place / 3072, place % 3072 / 1024, place % 1024)
    precondition(arrays.train.pixels[image * 3072 + pixel * 3 + colour] == planes[place])
  }
}

/// Returns a zip archive of `images.npy`, stored.
private func zip(_ content: [UInt8]) -> [UInt8] {
  func little(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
  let name = Array("images.npy".utf8)
  let crc = Int(crc32(0, content, uInt(content.count)))
  let common =
    little(20, 10) + little(crc, 4) + little(content.count, 4) + little(content.count, 4)
    + little(name.count, 4)
  let member = Array("PK\u{3}\u{4}".utf8) + common + name + content
  let directory = Array("PK\u{1}\u{2}".utf8) + little(20, 2) + common + little(0, 14) + name
  return member + directory + Array("PK\u{5}\u{6}".utf8) + little(0, 4) + little(1, 2)
    + little(1, 2) + little(directory.count, 4) + little(member.count, 4) + little(0, 2)
}
