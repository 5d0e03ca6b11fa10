import GPUTensor

/// Trains a variational autoencoder with one optimizer for encoder and decoder.
///
/// An image's loss is that of its reconstruction, summed over pixels, plus β times the KL
/// divergence, summed over latents. The likelihood decides the first: the binary cross entropy, or
/// half the squared error. A step minimizes the sum over the batch. Metrics are means over images,
/// with β as it is after its warm-up.
public final class VAETrainer: Trainer {
  public let modelName: String
  public let parameterSets: [ParameterSet]
  public var lossNames: [String] { Self.lossNames }
  private static let lossNames = ["reconstruction", "kl"]
  public var metricNames: [String] { Self.metricNames }
  static let metricNames = [
    "train_loss", "train_reconstruction", "train_kl", "val_loss", "val_reconstruction", "val_kl",
  ]

  public let networks: KeyValuePairs<String, Network>
  public let initialization: CommandList
  public let training: EpochRunner
  public var validation: EpochRunner? { validating }
  /// The validation steps.
  let validating: EpochRunner

  /// The weight of the divergence in the loss, after its warm-up.
  private let beta: Double

  /// Records the lists of a training.
  ///
  /// - Throws: `ModelError` if the decoder's end does not fit the likelihood of `options`;
  ///   `ShapeError` if a layer does not fit, or the images lack the labels that the model takes.
  public init(
    _ model: VAE, _ options: TrainingOptions, train: ImageStore,
    validation: ImageStore, on context: Context
  ) throws {
    _ = try model.assuming(options.likelihood)
    let parameters = ParameterSet(context, of: model.encoder, model.decoder)
    let graph = Graph(model, options, parameters, context)
    modelName = model.name
    beta = options.divergence.beta
    parameterSets = [parameters]
    networks = model.networks
    initialization = CommandList(context)
    parameters.initialize(seed: options.seed, on: initialization)
    func runner(
      _ store: ImageStore, updating updated: KeyValuePairs<String, ParameterSet>
    ) throws -> EpochRunner {
      var recipe = StepBuilder.Recipe(
        terms: Self.lossNames, updating: updated, seed: options.seed, adam: options.adam,
        record: graph.record)
      recipe.shards = Shards(options.shards)
      return try EpochRunner(store, recipe, on: context)
    }
    training = try runner(train, updating: ["the autoencoder": parameters])
    validating = try runner(validation, updating: [:])
  }

  public func metrics(training: [Double], validation: [Double]) -> [Double] {
    [training, validation].flatMap { [$0[0] + beta * $0[1], $0[0], $0[1]] }
  }
}

/// The tensors of a step, and the recording of a step on them.
private struct Graph {
  let model: VAE
  let options: TrainingOptions
  let parameters: ParameterSet
  let shards: [Shard]

  /// The tensors of a shard.
  struct Shard {
    let encoder: NetworkPass
    let decoder: NetworkPass
    let images: Tensor  // (rows, pixels)
    let labels: Tensor?  // (rows) bytes
    let latents: Tensor  // (rows, latent)
    let latentGradients: Tensor  // (rows, latent)
  }

  init(
    _ model: VAE, _ options: TrainingOptions, _ parameters: ParameterSet, _ context: Context
  ) {
    self.model = model
    self.options = options
    self.parameters = parameters
    let rows = Shards(options.shards).mostRows(of: options.batchSize)
    shards = (0..<options.shards).map { shard in
      func pass(_ network: Network) -> NetworkPass {
        NetworkPass(
          network, parameters, .init(rows: rows, trains: true, countsBatches: shard == 0),
          on: context)
      }
      return Shard(
        encoder: pass(model.encoder), decoder: pass(model.decoder),
        images: Tensor(context, [rows] + model.encoder.input, label: "images"),
        labels: model.labels == 0
          ? nil : Tensor(context, [rows], .uint8, label: "batch labels"),
        latents: Tensor(context, [rows, model.latent], label: "latents"),
        latentGradients: Tensor(context, [rows, model.latent], label: "latent gradients"))
    }
  }

  func record(_ step: StepBuilder) throws {
    guard step.trains else {
      return try step.forEachShard { _ = try recordLosses($0) }
    }
    try step.update("adam", parameters, options.adam, normalizing: [parameters]) { step in
      let encoded = try recordLosses(step)
      try recordGradients(step, encoded)
    }
  }

  /// Records the losses of a shard.
  ///
  /// - Returns: The encoder's outputs.
  private func recordLosses(_ step: StepBuilder) throws -> Tensor {
    let (rows, list, shard) = (step.rows, step.list, shards[step.shard])
    let (x, z) = (shard.images.prefix(rows), shard.latents.prefix(rows))
    list.phase = "data"
    step.gatherImages(into: x, range: model.imageRange)
    let shown = shard.labels?.prefix(rows)
    try shown.map(step.gatherLabels)
    list.phase = "forward"
    let groups = step.trains ? 1 : nil
    let encoded = try shard.encoder.forward(
      x, labels: shown, dropout: step.dropout(.encoderDropout), groups: groups, on: list)
    step.reparameterize(encoded, into: z, divergence: 1)
    let y = try shard.decoder.forward(
      z, labels: shown, groups: groups, logits: options.likelihood.takesLogits, on: list)
    shard.decoder.recordLoss(options.likelihood, of: y, images: x, into: step.term(0), on: list)
    return encoded
  }

  /// Records the gradients of a shard from its encoder's outputs.
  private func recordGradients(_ step: StepBuilder, _ encoded: Tensor) throws {
    let (rows, list, shard) = (step.rows, step.list, shards[step.shard])
    let dz = shard.latentGradients.prefix(rows)
    list.phase = "backward"
    try shard.decoder.backward(shard.latents.prefix(rows), into: dz, on: list)
    step.reparameterizeBackward(
      encoded, dz: dz, weight: options.divergence,
      into: shard.encoder.outputGradient(rows: rows))
    try shard.encoder.backward(shard.images.prefix(rows), on: list)
  }
}
