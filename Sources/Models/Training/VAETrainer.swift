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
      let recipe = StepBuilder.Recipe(
        terms: Self.lossNames, updating: updated, seed: options.seed, adam: options.adam,
        record: graph.record)
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
  let encoder: NetworkPass
  let decoder: NetworkPass
  let images: Tensor  // (batch, pixels)
  let labels: Tensor?  // (batch) bytes
  let latents: Tensor  // (batch, latent)
  let latentGradients: Tensor  // (batch, latent)

  init(
    _ model: VAE, _ options: TrainingOptions, _ parameters: ParameterSet, _ context: Context
  ) {
    self.model = model
    self.options = options
    self.parameters = parameters
    let batch = options.batchSize
    encoder = NetworkPass(model.encoder, parameters, batchSize: batch, trains: true, on: context)
    decoder = NetworkPass(model.decoder, parameters, batchSize: batch, trains: true, on: context)
    images = Tensor(context, [batch] + model.encoder.input, label: "images")
    labels = model.labels == 0 ? nil : Tensor(context, [batch], .uint8, label: "batch labels")
    latents = Tensor(context, [batch, model.latent], label: "latents")
    latentGradients = Tensor(context, [batch, model.latent], label: "latent gradients")
  }

  func record(_ step: StepBuilder) throws {
    let (rows, list) = (step.rows, step.list)
    let (x, z, dz) = (images.prefix(rows), latents.prefix(rows), latentGradients.prefix(rows))
    step.gatherImages(into: x, range: model.imageRange)
    let shown = labels?.prefix(rows)
    try shown.map(step.gatherLabels)
    list.phase = "forward"
    let groups = step.trains ? 1 : nil
    let encoded = try encoder.forward(
      x, labels: shown, dropout: step.dropout(.encoderDropout), groups: groups, on: list)
    step.reparameterize(encoded, into: z, divergence: 1)
    let y = try decoder.forward(
      z, labels: shown, groups: groups, logits: options.likelihood.takesLogits, on: list)
    decoder.recordLoss(options.likelihood, of: y, images: x, into: step.term(0), on: list)
    guard step.trains else { return }
    list.phase = "backward"
    try decoder.backward(z, into: dz, on: list)
    step.reparameterizeBackward(
      encoded, dz: dz, weight: options.divergence, into: encoder.outputGradient(rows: rows))
    try encoder.backward(x, on: list)
    step.update("adam", parameters, options.adam)
  }
}
