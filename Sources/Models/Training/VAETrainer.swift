import GPUTensor

/// Trains a variational autoencoder with one optimizer over encoder and decoder.
///
/// The loss is the binary cross entropy of the reconstruction, summed over pixels, plus the divergence,
/// summed over latents, summed over the batch; what is reported is its mean over images.
public final class VAETrainer: Trainer {
  public let modelName: String
  public let parameterSets: [ParameterSet]
  public let lossNames = ["reconstruction", "kl"]
  public var metricNames: [String] { Self.metricNames }
  static let metricNames = [
    "train_loss", "train_reconstruction", "train_kl", "val_loss", "val_reconstruction", "val_kl",
  ]

  public let networks: KeyValuePairs<String, Network>
  public let initialization: CommandList
  public let training: EpochRunner
  public var validation: EpochRunner? { validating }
  /// The steps over validation images.
  let validating: EpochRunner

  /// Records everything that a run needs.
  ///
  /// - Throws: `ShapeError` where a layer does not fit.
  public init(
    _ model: VAE, _ options: TrainingOptions, train: ImageStore,
    validation: ImageStore, on context: Context
  ) throws {
    let parameters = ParameterSet(context, of: model.encoder, model.decoder)
    let graph = Graph(model, options, parameters, context)
    modelName = model.name
    parameterSets = [parameters]
    networks = model.networks
    initialization = CommandList(context)
    parameters.initialize(seed: options.seed, on: initialization)
    self.training = try graph.runner(train, updating: parameters)
    validating = try graph.runner(validation, updating: nil)
  }

  public func metrics(training: [Double], validation: [Double]) -> [Double] {
    [training, validation].flatMap { [$0[0] + $0[1], $0[0], $0[1]] }
  }
}

/// The tensors of a step, and the steps recorded on them.
private struct Graph {
  let model: VAE
  let options: TrainingOptions
  let context: Context
  let encoder: NetworkPass
  let decoder: NetworkPass
  let images: Tensor  // (batch, pixels)
  let latents: Tensor  // (batch, latent)
  let latentGradients: Tensor  // (batch, latent)

  init(
    _ model: VAE, _ options: TrainingOptions, _ parameters: ParameterSet,
    _ context: Context
  ) {
    self.model = model
    self.options = options
    self.context = context
    let batch = options.batchSize
    encoder = NetworkPass(
      model.encoder, parameters, batchSize: batch, trains: true, on: context)
    decoder = NetworkPass(
      model.decoder, parameters, batchSize: batch, trains: true, on: context)
    images = Tensor(context, [batch] + model.encoder.input, label: "images")
    latents = Tensor(context, [batch, model.latent], label: "latents")
    latentGradients = Tensor(context, [batch, model.latent], label: "latent gradients")
  }

  /// The steps over `store`: training steps where there are parameters to update, else validation.
  func runner(_ store: ImageStore, updating parameters: ParameterSet?) throws -> EpochRunner {
    let state = StepState(context)
    let meter = Meter(
      context, names: ["reconstruction", "kl"], batchSize: options.batchSize,
      watching: parameters.map { ["the autoencoder": $0.elementCount] } ?? [:])
    return try EpochRunner(
      store, validates: parameters == nil, meter: meter, state: state, on: context
    ) { rows in
      try step(rows: rows, of: store, state: state, meter: meter, updating: parameters)
    }
  }

  private func step(
    rows: Int, of store: ImageStore, state: StepState, meter: Meter,
    updating parameters: ParameterSet?
  ) throws -> CommandList {
    let trains = parameters != nil
    let noise = (trains ? RandomStream.latentNoise : .validationNoise).source(seed: options.seed)
    let shuffle = trains ? RandomStream.shuffle.source(seed: options.seed) : nil
    let (x, z, dz) = (images.prefix(rows), latents.prefix(rows), latentGradients.prefix(rows))
    let list = CommandList(context)

    list.phase = "data"
    list.advance("step", state, batches: store.batches, adam: options.adam)
    list.gatherBatch(
      "batch", from: store.images, batchSize: store.batchSize, shuffle: shuffle,
      range: model.imageRange,
      state: state, into: x)
    let dropout = NetworkPass.Randomness(
      seed: options.seed, first: .encoderDropout, state: state)
    list.phase = "forward"
    let encoded = try encoder.forward(x, dropout: trains ? dropout : nil, on: list)
    list.reparameterize(
      "latents.forward", encoded, noise: noise, state: state, into: z,
      kl: meter.term(1, rows: rows))
    let logits = try decoder.forward(z, logits: true, on: list)
    list.bceWithLogits(
      "loss", logits, targets: x, into: decoder.outputGradient(rows: rows),
      loss: meter.term(0, rows: rows))
    if let parameters {
      list.phase = "backward"
      try decoder.backward(z, into: dz, on: list)
      list.reparameterizeBackward(
        "latents.backward", encoded, dz: dz, noise: noise, state: state,
        into: encoder.outputGradient(rows: rows))
      try encoder.backward(x, on: list)
      list.phase = "optimizer"
      parameters.update(
        "adam", options.adam, state: state, norms: meter.norms(of: 0), on: list)
    }
    list.phase = "data"
    list.accumulate("meter", meter, rows: rows, state: state)
    return list
  }
}
