import Datasets
import GPUTensor

extension ImageStore {
  /// Uploads the images of a set, without their labels.
  ///
  /// - Throws: `OpenCLError`.
  public init(_ context: Context, _ images: ImageSet, batchSize: Int, label: String) throws {
    try self.init(
      context, pixels: images.pixels, count: images.count, batchSize: batchSize, label: label)
  }
}
