/// As images and as labels, bytes must be refused, or be a header and the items. Then images can be
/// turned, and every label is a class.
@_cdecl("LLVMFuzzerTestOneInput")
public func run(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  for file in [DataFile.trainImages, .trainLabels] {
    do {
      let checked = try CheckedFile(bytes: bytes, path: "x", file: file, contents: nil)
      precondition(checked.items.count.isMultiple(of: file.itemBytes))
      check(checked.items, areImages: file.holdsImages)
      precondition(Gzip.isArchive(bytes) || checked.items[...] == bytes[file.headerBytes...])
    } catch {
      precondition(error is DatasetError)
    }
  }
  return 0
}

private func check(_ items: [UInt8], areImages: Bool) {
  let blank = ImageSet(pixels: [UInt8](repeating: 0, count: ImageSet.pixelsPerImage), labels: nil)
  if areImages {
    let images = ImageSet(
      pixels: Array(items.prefix(64 * ImageSet.pixelsPerImage)), labels: nil)
    precondition(images.transposed.transposed == images)
  } else {
    let items = Array(items.prefix(4096))
    let pixels = [UInt8](repeating: 0, count: items.count * ImageSet.pixelsPerImage)
    let images = ImageSet(pixels: pixels, labels: items)
    let dataset = Dataset(name: "x", train: images, validation: blank, from: DataSource("x"))
    precondition(images.labelCounts.count { $0 > 0 } == dataset.classes.count)
    let labels = dataset.classPlaces(of: images)?.map { dataset.classes[Int($0)].label }
    precondition(labels == items)
  }
}
