import Images

@testable import Datasets

/// As images and as labels, bytes must be refused, or be a header and the items. Then images can be
/// turned, and every label is a class.
@_cdecl("LLVMFuzzerTestOneInput")
public func run(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  for file in [DataFile.trainImages, .trainLabels] {
    do {
      let checked = try CheckedFile(bytes: bytes, path: "x", file: file, contents: nil)
      if let shape = checked.shape {
        precondition(checked.items.count.isMultiple(of: shape.elements))
        check(checked.items, of: shape)
      } else {
        check(labels: checked.items)
      }
      precondition(Gzip.isArchive(bytes) || checked.items[...] == bytes[file.headerBytes...])
    } catch {
      precondition(error is DatasetError)
    }
  }
  return 0
}

private func check(_ pixels: [UInt8], of shape: ImageShape) {
  let count = min(pixels.count / shape.elements, 64)
  let images = ImageSet(
    pixels: Array(pixels.prefix(count * shape.elements)), shape: shape, labels: nil)
  precondition(images.transposed.transposed == images)
}

private func check(labels items: [UInt8]) {
  let items = Array(items.prefix(4096))
  let one = ImageShape(height: 1, width: 1, channels: 1)
  let images = ImageSet(pixels: items, shape: one, labels: items)
  let blank = ImageSet(pixels: [0], shape: one, labels: nil)
  let dataset = Dataset(name: "x", train: images, validation: blank, from: DataSource("x"))
  precondition(images.labelCounts.count { $0 > 0 } == dataset.classes.count)
  let labels = dataset.classPlaces(of: images)?.map { dataset.classes[Int($0)].label }
  precondition(labels == items)
}
