import GPUTensor

/// A loss or a norm that is not a finite number any more.
public struct Divergence: Error, Equatable {
  /// The step, counted as `StepState` does: from 1, over all epochs.
  public let step: Int
  /// What was not finite: a loss term, the gradient or the parameters of a network.
  public let term: String
  /// Whether it was a step over validation images, which are counted for themselves.
  public var isInValidation = false
}

extension Divergence: CustomStringConvertible {
  public var description: String {
    "step \(step)\(isInValidation ? " of validation" : ""): \(term) is not finite"
  }
}

/// Runs a step for each batch of an epoch: one list for full batches, one for a short last batch.
public struct EpochRunner {
  let store: ImageStore
  let meter: Meter
  /// Whether its steps only measure.
  private let validates: Bool
  private let state: StepState
  private let context: Context
  /// Replayed for each full batch.
  public let step: CommandList
  /// Replayed for the last batch, where it is short.
  let lastStep: CommandList

  /// Records the steps over a store.
  ///
  /// - Throws: as the recipe.
  public init(_ store: ImageStore, _ recipe: StepBuilder.Recipe, on context: Context) throws {
    let state = StepState(context)
    let meter = Meter(
      context, names: recipe.terms, batchSize: store.batchSize,
      watching: recipe.updated.map { ($0.key, $0.value.elementCount) })
    func step(rows: Int) throws -> CommandList {
      try StepBuilder.step(
        of: recipe, rows: rows, from: store, meter: meter, state: state, on: context)
    }
    self.store = store
    self.meter = meter
    self.state = state
    self.context = context
    validates = !recipe.trains
    self.step = try step(rows: store.batchSize)
    lastStep = store.lastBatch == store.batchSize ? self.step : try step(rows: store.lastBatch)
  }

  /// The steps of an epoch.
  public var steps: Int { store.batches }

  /// The different lists of an epoch: of a full batch, and of a short last one, if it has them.
  public var lists: [CommandList] {
    steps > 1 && lastStep !== step ? [step, lastStep] : [lastStep]
  }

  /// The list of the step behind `done` steps of an epoch.
  public func list(after done: Int) -> CommandList { done == steps - 1 ? lastStep : step }

  /// How an epoch went on.
  public enum Outcome: Equatable {
    /// To its end; the means of the meter's terms over the epoch, per image.
    case finished([Double])
    /// To a pause behind so many steps of it; nothing is under way.
    case paused(Int)
  }

  /// Runs all steps of an epoch, or those after the first `done`, and waits for the last. It calls
  /// `onProgress` with what was read back.
  ///
  /// - Returns: The means of the meter's terms over the epoch, per image.
  /// - Throws: `Divergence`; `OpenCLError`; what `onProgress` throws.
  @discardableResult
  public func runEpoch(
    from done: Int = 0, onProgress: (EpochProgress) throws -> Void = { _ in }
  ) throws -> [Double] {
    try advance(from: done, pausing: { _ in false }, onProgress: onProgress).losses
  }

  /// Runs an epoch's steps, or those after the first `done`, up to a pause, and waits for the last.
  ///
  /// Losses are read back once in 20 steps without waiting for them. Steps are enqueued ahead, three at least and about
  /// 20 ms of them, so that the device is never idle while the host sleeps, and a pause is never far.
  ///
  /// - Parameters:
  ///   - done: The steps of the epoch that are done.
  ///   - pausing: Called after each step with the number of steps that are done; returns whether to
  ///     pause.
  ///   - onProgress: Called with what was read back.
  /// - Throws: `Divergence`; `OpenCLError`; what `onProgress` throws.
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
    while done < steps, !isPaused {
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

  /// Waits for a reading behind `done` steps of the epoch.
  private func progress(after done: Int, _ reading: Meter.Reading) throws -> EpochProgress {
    let images = min(done * store.batchSize, store.count)
    let sums = try reading.wait()
    if let failure = sums.firstFailure {
      throw Divergence(step: failure.step, term: failure.term, isInValidation: validates)
    }
    return EpochProgress(
      step: done, steps: steps, images: images, losses: sums.epoch.map { $0 / Double(images) })
  }

  /// Makes the next step the first of an epoch, counted from 0.
  ///
  /// - Throws: `OpenCLError`.
  public func restart(epoch: Int) throws { try set(TrainingPosition(epoch: epoch)) }

  /// Makes the next step the one behind `position`, with the meter's words as they were there.
  ///
  /// - Throws: `OpenCLError`.
  func set(_ position: TrainingPosition, meter words: [UInt32]? = nil) throws {
    try state.set(
      step: position.epoch * steps + position.batch, epoch: position.epoch, batch: position.batch)
    try meter.restore(words ?? [UInt32](repeating: 0, count: meter.stateCount))
  }
}
