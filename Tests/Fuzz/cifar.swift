@testable import Datasets

/// CIFAR's records must be refused, or have each value in its place in an image.
///
/// The first byte chooses up to three records and some bytes more, which the other bytes fill again
/// and again: inputs are shorter than records.
@_cdecl("LLVMFuzzerTestOneInput")
public func run(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  guard let size = bytes.first, bytes.count > 1 else { return 0 }
  let pattern = bytes.dropFirst()
  let content = (0..<Int(size % 4) * 3073 + Int(size / 4)).map { pattern[1 + $0 % pattern.count] }
  check {
    let arrays = try CIFAR.ten.read(in: "x") { $0 == "data_batch_3.bin" ? content[...] : nil }
    let planes = (0..<content.count / 3073).flatMap { content[($0 * 3073 + 1)...].prefix(3072) }
    for place in stride(from: 0, to: planes.count, by: 101) {
      let (image, colour, pixel) = (place / 3072, place % 3072 / 1024, place % 1024)
      precondition(arrays.train.pixels[image * 3072 + pixel * 3 + colour] == planes[place])
    }
    return arrays
  }
  return 0
}
