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
  ///
  /// - Parameters:
  ///   - context: The device's context.
  ///   - count: The number of images.
  ///   - pixels: The elements of an image.
  ///   - isLabelled: Whether the set has labels.
  ///   - batchSize: The number of images in a full batch.
  ///   - label: What errors call the images.
  package init(
    _ context: Context, count: Int, pixels: Int, isLabelled: Bool = true, batchSize: Int,
    label: String
  ) {
    images = Tensor(context, [count, pixels], .uint8, kind: .images, label: label)
    labels =
      isLabelled
      ? Tensor(context, [count], .uint8, kind: .images, label: "labels of \(label)") : nil
    self.batchSize = batchSize
  }

  /// Uploads `count` images, packed, without labels.
  ///
  /// - Throws: `OpenCLError`.
  public init(_ context: Context, pixels: [UInt8], count: Int, batchSize: Int, label: String) throws
  {
    self.init(
      context, count: count, pixels: pixels.count / count, isLabelled: false,
      batchSize: batchSize, label: label)
    try images.write(pixels)
  }

  /// Uploads images, packed, with a label for each, below the number of classes.
  ///
  /// - Throws: `OpenCLError`.
  public init(
    _ context: Context, pixels: [UInt8], labels: [UInt8], batchSize: Int, label: String
  ) throws {
    self.init(
      context, count: labels.count, pixels: pixels.count / labels.count, batchSize: batchSize,
      label: label)
    try images.write(pixels)
    try self.labels?.write(labels)
  }

  /// The number of images.
  public var count: Int { images.rows }
  /// The number of batches in an epoch, a short last one included.
  public var batches: Int { (count + batchSize - 1) / batchSize }
  /// The number of images in the last batch.
  public var lastBatch: Int { count - (batches - 1) * batchSize }
}
