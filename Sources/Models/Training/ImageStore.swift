import GPUTensor

/// A set of images on the device, as bytes, with the size of its batches.
public struct ImageStore {
  /// (count, pixels), bytes.
  package let images: Tensor
  /// (count), bytes: the label of each image; nil without labels.
  let labels: Tensor?
  /// The number of images in a full batch.
  let batchSize: Int

  /// Creates a set of `count` images of `pixels` pixels, without uploading any.
  package init(_ context: Context, count: Int, pixels: Int, batchSize: Int, label: String) {
    images = Tensor(context, [count, pixels], .uint8, kind: .images, label: label)
    labels = nil
    self.batchSize = batchSize
  }

  /// Uploads `count` images, packed.
  ///
  /// - Throws: `OpenCLError`.
  public init(_ context: Context, pixels: [UInt8], count: Int, batchSize: Int, label: String) throws
  {
    self.init(
      context, count: count, pixels: pixels.count / count, batchSize: batchSize, label: label)
    try images.write(pixels)
  }

  /// Uploads images, packed, with a label for each.
  ///
  /// - Throws: `OpenCLError`.
  package init(
    _ context: Context, pixels: [UInt8], labels: [UInt8], batchSize: Int, label: String
  ) throws {
    let count = labels.count
    images = Tensor(
      context, [count, pixels.count / count], .uint8, kind: .images, label: label)
    let tensor = Tensor(context, [count], .uint8, kind: .images, label: "labels of \(label)")
    self.labels = tensor
    self.batchSize = batchSize
    try images.write(pixels)
    try tensor.write(labels)
  }

  /// The number of images.
  public var count: Int { images.rows }
  /// The number of batches in an epoch, a short last one included.
  public var batches: Int { (count + batchSize - 1) / batchSize }
  /// The number of images in the last batch.
  public var lastBatch: Int { count - (batches - 1) * batchSize }
}
