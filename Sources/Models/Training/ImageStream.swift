import Datasets
import GPUTensor

/// Images that stay with the host, in its memory or in a file. The host gathers each batch, and
/// uploads it ahead of its step: as the steps are enqueued a few ahead of the device, so are their
/// batches.
final class ImageStream {
  /// The images, packed.
  var pixels = Pixels([])
  /// (batch size, pixels), bytes: the images of a batch.
  private let batch: Tensor
  private let uploads: Uploads

  /// The most bytes of batches that are under way.
  private static let bytesUnderWay = 64 << 20

  /// Creates a stream of images into the rows of `batch`.
  init(into batch: Tensor) {
    self.batch = batch
    uploads = Uploads(
      into: batch, slots: max(3, min(16, Self.bytesUnderWay / max(1, batch.count))))
  }

  /// Uploads these images, by their places, for the steps that are enqueued from now on.
  ///
  /// - Throws: `OpenCLError`.
  func upload(_ images: [Int]) throws {
    let size = batch.columns
    try uploads.upload(count: images.count * size) { bytes in
      pixels.withUnsafeBytes { pixels in
        for (row, image) in images.enumerated() {
          let image = UnsafeRawBufferPointer(rebasing: pixels[image * size..<(image + 1) * size])
          UnsafeMutableRawBufferPointer(rebasing: bytes[(row * size)...]).copyMemory(from: image)
        }
      }
    }
  }
}
