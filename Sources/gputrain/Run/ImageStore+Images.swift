import Datasets
import GPUTensor
import GenerativeModels

extension ImageStore {
  /// Uploads a set's images, without their labels.
  ///
  /// - Throws: `OpenCLError`.
  init(_ context: Context, _ images: ImageSet, batchSize: Int, label: String) throws {
    try self.init(
      context, pixels: images.pixels, count: images.count, batchSize: batchSize, label: label)
  }
}
