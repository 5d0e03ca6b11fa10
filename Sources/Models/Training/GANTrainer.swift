import GPUTensor

/// Trains a generative adversarial network with an optimizer for each of its networks.
///
/// A step updates the discriminator on a batch of images and a batch of fakes, then the generator
/// on fakes from other noise, through the updated discriminator. Losses are binary cross entropies
/// from logits, averaged over the batch (paper, section 3.1).
public final class GANTrainer: Trainer {
  public let modelName: String
  /// The parameters of the generator, then those of the discriminator.
  public let parameterSets: [ParameterSet]
  public let lossNames = Term.allCases.map(\.name)
  public var metricNames: [String] { Self.metricNames }
  static let metricNames = [
    "d_loss", "d_loss_real", "d_loss_fake", "g_loss", "real_accuracy", "fake_accuracy",
  ]

  public let networks: KeyValuePairs<String, Network>
  public let initialization: CommandList
  public let training: EpochRunner
  public var validation: EpochRunner? { nil }

  /// Records the lists of a training. GANs have no validation.
  ///
  /// - Throws: `ShapeError` if a layer does not fit, or the images lack the labels that the model
  ///   takes.
  public init(
    _ model: GAN, _ options: TrainingOptions, train: ImageStore,
    on context: Context
  ) throws {
    let generator = ParameterSet(context, of: model.generator)
    let discriminator = ParameterSet(context, of: model.discriminator)
    modelName = model.name
    parameterSets = [generator, discriminator]
    networks = model.networks
    initialization = CommandList(context)
    generator.initialize(seed: options.seed, on: initialization)
    discriminator.initialize(
      seed: options.seed, first: generator.parameters.count, on: initialization)
    let graph = AdversarialGraph(model, options, generator, discriminator, context)
    var recipe = StepBuilder.Recipe(
      terms: lossNames,
      updating: ["the generator": generator, "the discriminator": discriminator],
      seed: options.seed, adam: options.adam, record: graph.record)
    recipe.shards = Shards(options.shards)
    training = try EpochRunner(train, recipe, on: context)
  }

  public func metrics(training losses: [Double], validation: [Double]) -> [Double] {
    func mean(_ term: Term) -> Double { losses[term.rawValue] }
    return [
      mean(.realLoss) + mean(.fakeLoss), mean(.realLoss), mean(.fakeLoss), mean(.generatorLoss),
      mean(.realCorrect), mean(.fakeCorrect),
    ]
  }

  public func warning(after losses: [Double]) -> TrainingWarning? {
    TrainingWarning.seen(
      inAccuracies: [Term.realCorrect, .fakeCorrect].map { losses[$0.rawValue] })
  }

  /// The loss terms. The loss kernel writes two consecutive terms at once.
  enum Term: Int, CaseIterable {
    case realLoss, fakeLoss, realCorrect, fakeCorrect, generatorLoss

    var name: String {
      switch self {
      case .realLoss: "d_loss_real"
      case .fakeLoss: "d_loss_fake"
      case .realCorrect: "real_accuracy"
      case .fakeCorrect: "fake_accuracy"
      case .generatorLoss: "g_loss"
      }
    }
  }
}

/// The tensors of a step, and the recording of a step on them.
private struct AdversarialGraph {
  let model: GAN
  let options: TrainingOptions
  let generatorParameters: ParameterSet
  let discriminatorParameters: ParameterSet
  let shards: [Shard]

  /// The tensors of a shard.
  struct Shard {
    let generator: NetworkPass
    let discriminator: NetworkPass
    let latents: Tensor  // (2 rows, latent): for the generator's update, then for D's fakes
    let judged: Tensor  // (2 rows, pixels): images, then fakes
    let labels: Tensor?  // (rows) bytes: those of the images, which the fakes show too
    let verdicts: Tensor  // (rows): `correct` of the generator's loss, which is not used
  }

  init(
    _ model: GAN, _ options: TrainingOptions, _ generator: ParameterSet,
    _ discriminator: ParameterSet, _ context: Context
  ) {
    self.model = model
    self.options = options
    generatorParameters = generator
    discriminatorParameters = discriminator
    let rows = Shards(options.shards).mostRows(of: options.batchSize)
    shards = (0..<options.shards).map { shard in
      func pass(_ network: Network, _ set: ParameterSet) -> NetworkPass {
        NetworkPass(
          network, set, .init(rows: 2 * rows, trains: true, countsBatches: shard == 0),
          on: context)
      }
      return Shard(
        generator: pass(model.generator, generator),
        discriminator: pass(model.discriminator, discriminator),
        latents: Tensor(context, [2 * rows, model.latent], label: "latents"),
        judged: Tensor(context, [2 * rows] + model.discriminator.input, label: "judged images"),
        labels: model.labels == 0
          ? nil : Tensor(context, [rows], .uint8, label: "batch labels"),
        verdicts: Tensor(context, [rows], label: "verdicts"))
    }
  }

  func record(_ step: StepBuilder) throws {
    let (generator, discriminator) = (generatorParameters, discriminatorParameters)
    // Both updates use the same generator, so it runs once, on the latents of both.
    try step.update(
      "D.adam", discriminator, at: 1, options.discriminatorAdam,
      normalizing: [generator, discriminator]
    ) { step in
      try recordFakes(step)
      try recordDiscriminator(step)
    }
    try step.update(
      "G.adam", generator, options.adam, normalizing: [discriminator], gradients: recordGenerator)
  }

  /// Records the images of a shard, and as many fakes.
  private func recordFakes(_ step: StepBuilder) throws {
    let (rows, list, shard) = (step.rows, step.list, shards[step.shard])
    let z = shard.latents.prefix(2 * rows)
    list.phase = "data"
    step.gatherImages(into: shard.judged, range: model.imageRange)
    let shown = shard.labels?.prefix(rows)
    try shown.map(step.gatherLabels)
    step.drawLatents(.adversarialNoise, into: z)
    list.phase = "D step"
    let fakes = try shard.generator.forward(z, labels: shown, groups: 2, on: list)
    list.copy("fakes", rows..<2 * rows, of: fakes, to: rows, of: shard.judged)
  }

  /// Records the discriminator's gradients, on images and fakes as one batch.
  private func recordDiscriminator(_ step: StepBuilder) throws {
    let (rows, list, shard) = (step.rows, step.list, shards[step.shard])
    let (seen, discriminator) = (shard.judged.prefix(2 * rows), shard.discriminator)
    let logits = try discriminator.forward(
      seen, labels: shard.labels?.prefix(rows), dropout: step.dropout(.discriminatorDropout),
      groups: 2, on: list)
    list.ganLoss(
      "d_loss", logits,
      real: RealRows(rows, label: options.realLabel, averagedOver: step.batchRows),
      into: discriminator.outputGradient(rows: 2 * rows),
      loss: step.terms(from: GANTrainer.Term.realLoss.rawValue),
      correct: step.terms(from: GANTrainer.Term.realCorrect.rawValue))
    try discriminator.backward(seen, groups: 2, on: list)
  }

  /// Records the generator's gradients: the updated discriminator should judge its fakes real.
  private func recordGenerator(_ step: StepBuilder) throws {
    let (rows, list, shard) = (step.rows, step.list, shards[step.shard])
    let (generator, discriminator) = (shard.generator, shard.discriminator)
    let fakes = generator.output(rows: rows)
    list.phase = "G step"
    let logits = try discriminator.forward(
      fakes, labels: shard.labels?.prefix(rows), dropout: step.dropout(.generatorStepDropout),
      groups: 1, on: list)
    list.ganLoss(
      "g_loss", logits, real: RealRows(rows, averagedOver: step.batchRows),
      into: discriminator.outputGradient(rows: rows),
      loss: step.term(GANTrainer.Term.generatorLoss.rawValue),
      correct: shard.verdicts.prefix(rows))
    try discriminator.backward(
      fakes, into: generator.outputGradient(rows: rows), through: generator.lastActivation,
      updates: false, on: list)
    try generator.backward(shard.latents.prefix(rows), on: list)
  }
}
