import GPUTensor

/// Records a step over a batch: data, forward, loss and, in training, backward and optimizer.
///
/// `EpochRunner` records a step for each length of a batch. It advances the state, calls the
/// trainer's part of the recipe, and adds the loss terms to the epoch's sums. The self-test, the
/// profile, the plan, the benchmark and the tuner all read the recorded list.
///
/// ```swift
/// // An autoencoder: each image is its own target.
/// let recipe = StepBuilder.Recipe(
///   terms: ["loss"], updating: ["the autoencoder": parameters], seed: 1, adam: adam
/// ) { step in
///   let x = images.prefix(step.rows)
///   step.gatherImages(into: x, range: 0...1)
///   let logits = try pass.forward(x, logits: true, on: step.list)
///   step.list.bceWithLogits(
///     "loss", logits, targets: x, into: pass.outputGradient(rows: step.rows),
///     loss: step.term(0))
///   try pass.backward(x, on: step.list)
///   step.update("adam", parameters, adam)
/// }
/// let runner = try EpochRunner(store, recipe, on: context)
/// ```
public struct StepBuilder {
  /// The list that the step is recorded on.
  public let list: CommandList
  /// Images in the batch, or in the shard of it that is recorded.
  public let rows: Int
  /// Images in the whole batch.
  let batchRows: Int
  /// The shard that is recorded, from 0; 0 for a whole batch.
  let shard: Int
  /// Whether the step trains, and so updates parameters; else it validates.
  public let trains: Bool
  private let store: ImageStore
  private let seed: UInt64
  private let meter: Meter
  private let order: BatchOrder
  /// How the batch is divided; nil for a batch or a shard that is recorded as a whole.
  private let sums: ShardSums?
  private var state: StepState { order.state }

  /// A description from which the steps of an epoch are recorded.
  public struct Recipe {
    /// The names of the loss terms, by index.
    let terms: [String]
    /// The parameter sets that the steps update, with names for messages; none in validation.
    let updated: KeyValuePairs<String, ParameterSet>
    /// The seed of everything random.
    let seed: UInt64
    /// The settings of Adam's bias corrections.
    let adam: AdamSettings
    /// How batches are divided. With more than one shard, `record` records all operations on a
    /// batch's rows by `shards` and `update(_:_:at:_:normalizing:gradients:)`.
    var shards = Shards(1)
    /// Records the trainer's part of a step.
    let record: (StepBuilder) throws -> Void

    /// Creates a recipe. Its steps validate if they update no parameters.
    public init(
      terms: [String], updating updated: KeyValuePairs<String, ParameterSet>, seed: UInt64,
      adam: AdamSettings, record: @escaping (StepBuilder) throws -> Void
    ) {
      self.terms = terms
      self.updated = updated
      self.seed = seed
      self.adam = adam
      self.record = record
    }

    /// Whether the steps update parameters.
    var trains: Bool { !updated.isEmpty }
  }

  /// Records the step for `rows` images of a store.
  ///
  /// - Throws: as the recipe.
  static func step(
    of recipe: Recipe, rows: Int, from store: ImageStore, in order: BatchOrder,
    meters: (batch: Meter, shards: ShardSums?), on context: Context
  ) throws -> CommandList {
    let list = CommandList(context)
    list.sharesWorkspaces = meters.shards != nil
    let builder = StepBuilder(
      list: list, rows: rows, batchRows: rows, shard: 0, trains: recipe.trains, store: store,
      seed: recipe.seed, meter: meters.batch, order: order, sums: meters.shards)
    list.phase = "data"
    list.advance("step", order.state, batches: store.batches, adam: recipe.adam)
    try recipe.record(builder)
    list.phase = "data"
    meters.shards?.gatherTerms(into: meters.batch, rows: rows, on: list)
    list.accumulate("meter", meters.batch, rows: rows, state: order.state)
    return list
  }

  /// Records a part of the step for each shard of the batch, in their order; once for a batch that
  /// is not divided.
  ///
  /// - Throws: As `record`.
  func forEachShard(_ record: (StepBuilder) throws -> Void) rethrows {
    guard let sums else { return try record(self) }
    for shard in 0..<sums.shards.count where !sums.shards.rows(of: shard, in: rows).isEmpty {
      try record(builder(of: shard, sums))
    }
  }

  /// Returns the builder that records a shard.
  private func builder(of shard: Int, _ sums: ShardSums) -> StepBuilder {
    let range = sums.shards.rows(of: shard, in: rows)
    var order = order
    order.firstRow = range.lowerBound
    return StepBuilder(
      list: list, rows: range.count, batchRows: rows, shard: shard, trains: trains, store: store,
      seed: seed, meter: sums.meters[shard], order: order, sums: nil)
  }

  /// Gathers the batch's images into the first rows of `x`, shuffled in training.
  ///
  /// - Parameters:
  ///   - x: The tensor, (at least `rows`, pixels).
  ///   - range: The values of black and white.
  ///   - shift: The largest random shift of an image in training, in pixels; nil for no shifts.
  public func gatherImages(
    into x: Tensor, range: ClosedRange<Float>, shiftedUpTo shift: Int? = nil
  ) {
    let order = store.seen(order)
    if let shift, trains {
      list.gatherShifted(
        "batch", order, of: store.images,
        by: Shifts(stream: RandomStream.shifts.rawValue, upTo: shift), range: range,
        into: x.prefix(rows))
    } else {
      list.gatherBatch("batch", order, of: store.images, range: range, into: x.prefix(rows))
    }
  }

  /// Gathers the labels of the batch's images into the first rows of `labels`, bytes.
  ///
  /// - Throws: `ShapeError` if the images have none.
  public func gatherLabels(into labels: Tensor) throws {
    guard let stored = store.labels else {
      throw ShapeError(description: "the images have no labels, which the model is trained on")
    }
    list.gatherLabels("labels", order, of: stored, into: labels.prefix(rows))
  }

  /// Returns the source of a stream's numbers under the run's seed.
  private func source(_ stream: RandomStream) -> RandomSource {
    stream.source(seed: seed, stage: 0, shard: shard)
  }

  /// Draws latents from the standard normal distribution, new ones in each step.
  public func drawLatents(_ stream: RandomStream, into z: Tensor) {
    list.drawNormal("latents", source: source(stream), state: state, into: z)
  }

  /// Returns the random numbers of a network's dropout; nil in validation, which has no dropout.
  public func dropout(_ first: RandomStream) -> NetworkPass.Randomness? {
    trains
      ? NetworkPass.Randomness(seed: seed, first: first, shard: shard, state: state) : nil
  }

  /// Draws the latents z of an encoder's outputs. Their KL divergences become the loss term `term`.
  public func reparameterize(_ encoded: Tensor, into z: Tensor, divergence term: Int) {
    list.reparameterize(
      "latents.forward", encoded, noise: latentNoise, into: z, kl: self.term(term))
  }

  /// Computes the gradient at the encoder's outputs from dz, the gradient at the latents, and from
  /// the weighted divergence.
  public func reparameterizeBackward(
    _ encoded: Tensor, dz: Tensor, weight: DivergenceWeight = DivergenceWeight(),
    into dencoded: Tensor
  ) {
    list.reparameterizeBackward(
      "latents.backward", encoded, dz: dz, weight: weight, noise: latentNoise, into: dencoded)
  }

  private var latentNoise: StepNoise {
    StepNoise(source(trains ? .latentNoise : .validationNoise), state)
  }

  /// Returns the place for the batch's values of the loss term `index`: (rows).
  public func term(_ index: Int) -> Tensor { meter.term(index, rows: rows) }

  /// Returns the place for the loss terms `index` and `index + 1`: (2, stride).
  public func terms(from index: Int) -> Tensor { meter.terms(from: index) }

  /// Updates a set of parameters by a step of Adam, with the gradients that `gradients` records for
  /// each shard of the batch, summed over the shards.
  ///
  /// - Parameters:
  ///   - label: The label of Adam's operation.
  ///   - parameters: The parameters to update.
  ///   - index: Their position in the recipe.
  ///   - settings: Adam's settings.
  ///   - normalized: The sets whose batch normalizations `gradients` runs forward.
  ///   - gradients: Records the gradients of a shard, or of a batch that is not divided.
  /// - Throws: As `gradients`.
  func update(
    _ label: String, _ parameters: ParameterSet, at index: Int = 0, _ settings: AdamSettings,
    normalizing normalized: [ParameterSet], gradients: (StepBuilder) throws -> Void
  ) rethrows {
    if let sums {
      try sums.record(
        gradientsOf: parameters, normalizing: normalized, rows: rows, on: list
      ) { try gradients(builder(of: $0, sums)) }
    } else {
      try gradients(self)
    }
    update(label, parameters, at: index, settings)
  }

  /// Updates a set of parameters by a step of Adam. `index` is its position in the recipe.
  public func update(
    _ label: String, _ parameters: ParameterSet, at index: Int = 0, _ settings: AdamSettings
  ) {
    list.phase = "optimizer"
    list.adam(
      label, settings, state: state, parameters.adamTensors, norms: meter.norms(of: index))
  }
}
