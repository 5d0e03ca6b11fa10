import Datasets
import GPUTensor

/// A set of images for the steps of a training, as bytes, with the size of its batches. The images
/// lie on the device, or are streamed to it.
public struct ImageStore {
  /// The images, (count, pixels) bytes, in parts that the device's largest buffer holds. If they
  /// are streamed, those of a batch.
  package let images: [Tensor]
  /// The images on the host, if they are streamed from there.
  let stream: ImageStream?
  /// (count), bytes: the label of each image; nil without labels.
  let labels: Tensor?
  /// The number of images.
  public let count: Int
  /// The number of images in a full batch.
  let batchSize: Int

  /// Creates a set of `count` images of `pixels` pixels, without uploading any.
  ///
  /// - Parameters:
  ///   - context: The device's context.
  ///   - layout: The number of images, and of the elements of each; whether they have labels, and
  ///     whether they are streamed.
  ///   - batchSize: The number of images in a full batch.
  ///   - label: What errors call the images.
  package init(_ context: Context, _ layout: Layout, batchSize: Int, label: String) {
    let (count, pixels) = (layout.count, layout.pixels)
    func tensor(_ rows: Int) -> Tensor {
      Tensor(context, [rows, pixels], .uint8, kind: .images, label: label)
    }
    if layout.isStreamed {
      images = [tensor(min(batchSize, count))]
      stream = ImageStream(into: images[0])
    } else {
      let most = max(1, context.device.maximumAllocation / pixels)
      images = stride(from: 0, to: count, by: most).map { tensor(min(most, count - $0)) }
      stream = nil
    }
    labels =
      layout.isLabelled
      ? Tensor(context, [count], .uint8, kind: .images, label: "labels of \(label)") : nil
    self.count = count
    self.batchSize = batchSize
  }

  /// What a set of images consists of.
  package struct Layout {
    var count: Int
    var pixels: Int
    var isLabelled = true
    var isStreamed = false

    /// Creates a description.
    package init(count: Int, pixels: Int, isLabelled: Bool = true, isStreamed: Bool = false) {
      self.count = count
      self.pixels = pixels
      self.isLabelled = isLabelled
      self.isStreamed = isStreamed
    }
  }

  /// Uploads `count` images, packed, without labels.
  ///
  /// - Throws: `OpenCLError`.
  public init(_ context: Context, pixels: [UInt8], count: Int, batchSize: Int, label: String) throws
  {
    let layout = Layout(count: count, pixels: pixels.count / count, isLabelled: false)
    self.init(context, layout, batchSize: batchSize, label: label)
    try upload(Pixels(pixels))
  }

  /// Uploads images, packed, with a label for each, below the number of classes.
  ///
  /// - Throws: `OpenCLError`.
  public init(
    _ context: Context, pixels: [UInt8], labels: [UInt8], batchSize: Int, label: String
  ) throws {
    let layout = Layout(count: labels.count, pixels: pixels.count / labels.count)
    self.init(context, layout, batchSize: batchSize, label: label)
    try upload(Pixels(pixels), labels: labels)
  }

  /// Uploads all images, packed, and their labels. Streamed images stay where they are.
  ///
  /// - Throws: `OpenCLError`.
  package func upload(_ pixels: Pixels, labels: [UInt8]? = nil) throws {
    if let labels { try self.labels?.write(labels) }
    if let stream {
      stream.pixels = pixels
      return
    }
    try pixels.withUnsafeBytes { bytes in
      var start = 0
      for part in images {
        try part.write(UnsafeRawBufferPointer(rebasing: bytes[start..<start + part.count]))
        start += part.count
      }
    }
  }

  /// Whether the images are streamed.
  package var isStreamed: Bool { stream != nil }

  /// The number of batches in an epoch, a short last one included.
  public var batches: Int { (count + batchSize - 1) / batchSize }
  /// The number of images in the last batch.
  public var lastBatch: Int { count - (batches - 1) * batchSize }

  /// Uploads a batch of an epoch, both counted from 0, for the launches that are enqueued from now
  /// on. Does nothing if the images are not streamed.
  ///
  /// - Throws: `OpenCLError`.
  package func stage(_ batch: Int, of epoch: Int = 0, in order: BatchOrder) throws {
    let rows = batch == batches - 1 ? lastBatch : batchSize
    try stream?.upload(order.images(rows: rows, batch: batch, epoch: epoch, of: count))
  }

  /// Returns the order for the launches that gather the store's images.
  package func seen(_ order: BatchOrder) -> BatchOrder {
    var order = order
    order.isStaged = isStreamed
    return order
  }
}
