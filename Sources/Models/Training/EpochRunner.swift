import GPUTensor

/// The error for a loss or a norm that is not finite.
public struct Divergence: Error, Equatable {
  /// The step, counted from 1 over all epochs.
  public let step: Int
  /// The loss term, or the norm, that was not finite.
  public let term: String
  /// Whether it was a validation step. These have their own count.
  public var isInValidation = false
}

extension Divergence: CustomStringConvertible {
  public var description: String {
    "step \(step)\(isInValidation ? " of validation" : ""): \(term) is not finite"
  }
}

/// Runs the steps of epochs: one list for full batches, and one for a short last batch.
public struct EpochRunner {
  package let store: ImageStore
  let meter: Meter
  /// Whether its steps validate, and so update no parameters.
  private let validates: Bool
  private let order: BatchOrder
  private let context: Context
  /// The list for full batches.
  public let step: CommandList
  /// The list for the last batch; `step` if that is full.
  let lastStep: CommandList

  /// Records the steps over a store.
  ///
  /// - Throws: as the recipe.
  public init(_ store: ImageStore, _ recipe: StepBuilder.Recipe, on context: Context) throws {
    let order = BatchOrder(
      batchSize: store.batchSize,
      shuffle: recipe.trains ? RandomStream.shuffle.source(seed: recipe.seed) : nil,
      state: StepState(context))
    let meter = Meter(
      context, names: recipe.terms, batchSize: store.batchSize,
      watching: recipe.updated.map { ($0.key, $0.value.elementCount) })
    let sums =
      recipe.shards.count == 1
      ? nil
      : ShardSums(
        recipe.shards, terms: recipe.terms, of: recipe.updated.map(\.value),
        batchSize: store.batchSize, on: context)
    func step(rows: Int) throws -> CommandList {
      try StepBuilder.step(
        of: recipe, rows: rows, from: store, in: order, meters: (meter, sums), on: context)
    }
    self.store = store
    self.meter = meter
    self.order = order
    self.context = context
    validates = !recipe.trains
    self.step = try step(rows: store.batchSize)
    lastStep = store.lastBatch == store.batchSize ? self.step : try step(rows: store.lastBatch)
  }

  /// The number of steps in an epoch.
  public var steps: Int { store.batches }

  /// The different lists of an epoch: of a full batch, and of a short last one, if it has them.
  public var lists: [CommandList] {
    steps > 1 && lastStep !== step ? [step, lastStep] : [lastStep]
  }

  /// Returns the list of the next step after `done` steps of an epoch.
  public func list(after done: Int) -> CommandList { done == steps - 1 ? lastStep : step }

  /// Returns the list of the next step after `done` steps of an epoch, ready to run: uploads its
  /// batch if the images are streamed. Waits for the steps before it.
  ///
  /// - Throws: `OpenCLError`.
  package func preparedList(after done: Int) throws -> CommandList {
    try store.stage(done, of: try nextEpoch(), in: order)
    return list(after: done)
  }

  /// Reads the epoch of the next step if the images are streamed; else it does not matter.
  private func nextEpoch() throws -> Int {
    store.isStreamed ? try order.state.nextEpoch(batches: steps) : 0
  }

  /// The end of a run of steps.
  public enum Outcome: Equatable {
    /// The epoch is complete, with these means of the loss terms, per image.
    case finished([Double])
    /// The run paused after this number of steps of the epoch, and the device is idle.
    case paused(Int)
  }

  /// Runs all steps of an epoch, or those after the first `done`, and waits for the last.
  ///
  /// - Parameters:
  ///   - done: The number of steps of the epoch that are done.
  ///   - onProgress: Called with the losses so far, about once in 20 steps.
  /// - Returns: The means of the loss terms over the epoch, per image.
  /// - Throws: `Divergence`; `OpenCLError`; errors of `onProgress`.
  @discardableResult
  public func runEpoch(
    from done: Int = 0, onProgress: (EpochProgress) throws -> Void = { _ in }
  ) throws -> [Double] {
    try advance(from: done, pausing: { _ in false }, onProgress: onProgress).losses
  }

  /// Runs the steps of an epoch, or those after the first `done`, until a pause or its end, and
  /// waits for the last.
  ///
  /// Losses are read once in 20 steps, without waiting for them. Steps are enqueued ahead, about 20
  /// ms of them but at least three. So the device does not go idle while the host sleeps, and a
  /// pause takes effect soon.
  ///
  /// - Parameters:
  ///   - done: The number of steps of the epoch that are done.
  ///   - pausing: Called after each step is enqueued, with the number of steps so far; returns
  ///     whether to pause.
  ///   - onProgress: Called with the losses so far, about once in 20 steps.
  /// - Throws: `Divergence`; `OpenCLError`; errors of `onProgress`.
  public func run(
    from done: Int = 0, pausing: (Int) -> Bool,
    onProgress: (EpochProgress) throws -> Void = { _ in }
  ) throws -> Outcome {
    let end = try advance(from: done, pausing: pausing, onProgress: onProgress)
    return end.isPaused ? .paused(end.done) : .finished(end.losses)
  }

  private func advance(
    from done: Int, pausing: (Int) -> Bool, onProgress: (EpochProgress) throws -> Void
  ) throws -> (done: Int, isPaused: Bool, losses: [Double]) {
    let (interval, readingsUnderWay) = (20, 2)
    let clock = ContinuousClock()
    let begin = clock.now
    var (done, completed) = (done, 0)
    var stepsUnderWay: Int {
      let each = (clock.now - begin).seconds / Double(completed)
      return completed == 0 ? 3 : max(3, min(Int(20e-3 / each), 100))
    }
    var isPaused = false
    var markers: [Marker] = []
    var readings: [(steps: Int, reading: Meter.Reading)] = []
    func report() throws {
      let (done, reading) = readings.removeFirst()
      try onProgress(try progress(after: done, reading))
    }
    let epoch = try nextEpoch()
    while done < steps, !isPaused {
      try store.stage(done, of: epoch, in: order)
      try list(after: done).run()
      done += 1
      isPaused = pausing(done)
      markers.append(try Marker(context))
      while markers.count > stepsUnderWay {
        try markers.removeFirst().wait()
        completed += 1
      }
      guard done % interval == 0, done < steps, !isPaused else { continue }
      readings.append((done, try meter.startReading()))
      if readings.count > readingsUnderWay { try report() }
    }
    let last = try meter.startReading()
    while !readings.isEmpty { try report() }
    return (done, isPaused, try progress(after: done, last).losses)
  }

  /// Waits for a reading after `done` steps of the epoch, and converts it.
  private func progress(after done: Int, _ reading: Meter.Reading) throws -> EpochProgress {
    let images = min(done * store.batchSize, store.count)
    let sums = try reading.wait()
    if let failure = sums.firstFailure {
      throw Divergence(step: failure.step, term: failure.term, isInValidation: validates)
    }
    return EpochProgress(
      step: done, steps: steps, images: images, losses: sums.epoch.map { $0 / Double(images) })
  }

  /// Moves to the start of an epoch, counted from 0.
  ///
  /// - Throws: `OpenCLError`.
  public func restart(epoch: Int) throws { try set(TrainingPosition(epoch: epoch)) }

  /// Moves to a position. `words` is the state of the meter there; nil at an epoch's start.
  ///
  /// - Throws: `OpenCLError`.
  func set(_ position: TrainingPosition, meter words: [UInt32]? = nil) throws {
    try order.state.set(
      step: position.epoch * steps + position.batch, epoch: position.epoch, batch: position.batch)
    try meter.restore(words ?? [UInt32](repeating: 0, count: meter.stateCount))
  }
}
