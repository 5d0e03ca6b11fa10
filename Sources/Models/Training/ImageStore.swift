import GPUTensor

/// A set of images on the device, as bytes, and how batches are cut from it.
public struct ImageStore {
  /// (count, pixels), bytes.
  let images: Tensor
  /// Images in a full batch.
  let batchSize: Int

  /// Uploads `count` images, packed one after the other.
  ///
  /// - Throws: `OpenCLError`.
  public init(_ context: Context, pixels: [UInt8], count: Int, batchSize: Int, label: String) throws
  {
    images = try Tensor(context, [count, pixels.count / count], .uint8, label: label)
    try images.write(pixels)
    self.batchSize = batchSize
  }

  /// The number of images.
  public var count: Int { images.rows }
  /// Batches in an epoch, the short last one included.
  public var batches: Int { (count + batchSize - 1) / batchSize }
  /// Images in the last batch.
  public var lastBatch: Int { count - (batches - 1) * batchSize }
}
