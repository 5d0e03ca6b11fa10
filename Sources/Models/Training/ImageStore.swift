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

/// Runs a step for each batch of an epoch: one list for full batches, one for a short last batch.
public struct EpochRunner {
  let store: ImageStore
  let meter: Meter
  /// Replayed for each full batch.
  let step: CommandList
  /// Replayed for the last batch, where it is short.
  let lastStep: CommandList

  /// `list(rows)` records the step for a batch of `rows` images.
  init(_ store: ImageStore, meter: Meter, recording list: (Int) throws -> CommandList) throws {
    self.store = store
    self.meter = meter
    step = try list(store.batchSize)
    lastStep = store.lastBatch == store.batchSize ? step : try list(store.lastBatch)
  }

  /// The different lists.
  var lists: [CommandList] { lastStep === step ? [step] : [step, lastStep] }

  /// Enqueues an epoch's steps, and waits for the last.
  ///
  /// Losses are read back once in 20 steps without waiting for them: while one reading is on its way
  /// the steps behind it are already enqueued.
  ///
  /// - Returns: The means of the meter's terms over the epoch, per image.
  /// - Throws: `OpenCLError`; what `onProgress` throws.
  func run(onProgress: (EpochProgress) throws -> Void) throws -> [Double] {
    let (steps, interval, readingsUnderWay) = (store.batches, 20, 2)
    var readings: [(steps: Int, reading: Meter.Reading)] = []
    func report() throws {
      let (done, reading) = readings.removeFirst()
      let images = min(done * store.batchSize, store.count)
      let losses = try reading.wait().epoch.map { $0 / Double(images) }
      try onProgress(EpochProgress(step: done, steps: steps, images: images, losses: losses))
    }
    for done in 1...steps {
      try (done == steps ? lastStep : step).run()
      guard done % interval == 0 || done == steps else { continue }
      readings.append((done, try meter.startReading()))
      if readings.count > readingsUnderWay { try report() }
    }
    while readings.count > 1 { try report() }
    return try readings[0].reading.wait().epoch.map { $0 / Double(store.count) }
  }
}
