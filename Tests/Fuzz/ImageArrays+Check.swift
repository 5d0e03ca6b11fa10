@testable import Datasets

/// Images must have the sizes that they claim, and labels. What is refused must have a reason.
func check(_ read: () throws -> ImageArrays) {
  do {
    let arrays = try read()
    for images in [arrays.train, arrays.validation].compactMap(\.self) {
      precondition(images.count > 0 && images.pixels.count == images.count * images.shape.elements)
      precondition(images.labels.map { $0.count == images.count } ?? true)
      precondition(images.shape == arrays.train.shape)
    }
  } catch {
    precondition(error is DatasetError || error is TarArchive.Damaged)
  }
}
