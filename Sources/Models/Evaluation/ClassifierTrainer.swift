import GPUTensor

/// Trains a classifier on labelled images, by the cross entropy of its logits, averaged over the batch.
///
/// What is reported, of the validation images too, is the mean cross entropy in nats and the part that it is right about.
package final class ClassifierTrainer: Trainer {
  public let modelName: String
  public let parameterSets: [ParameterSet]
  public var lossNames: [String] { Self.lossNames }
  private static let lossNames = ["cross_entropy", "accuracy"]
  public let metricNames = [
    "train_cross_entropy", "train_accuracy", "val_cross_entropy", "val_accuracy",
  ]

  public let networks: KeyValuePairs<String, Network>
  public let initialization: CommandList
  public let training: EpochRunner
  public var validation: EpochRunner? { validating }
  private let validating: EpochRunner
  /// The training steps of the last epochs, with smaller strides: without them the accuracy depends on the step that
  /// happens to be the last.
  private let settling: EpochRunner
  private let model: any ClassifyingModel

  /// Records a training with everything that it needs. The stores have labels, all below `model.classes`, and cut
  /// batches of `model.batchSize`.
  ///
  /// - Throws: `ModelError` where the model's networks are not what training takes them for.
  public init(
    _ model: any ClassifyingModel, seed: UInt64, train: ImageStore, validation: ImageStore,
    on context: Context
  ) throws {
    try model.check()
    self.model = model
    let parameters = ParameterSet(context, of: model.features, model.head)
    let graph = ClassifierGraph(model, parameters, context)
    modelName = model.name
    parameterSets = [parameters]
    networks = ["features": model.features, "head": model.head]
    initialization = CommandList(context)
    parameters.initialize(seed: seed, on: initialization)
    func runner(_ store: ImageStore, rate: Double?) throws -> EpochRunner {
      let recipe = StepBuilder.Recipe(
        terms: Self.lossNames, updating: rate == nil ? [:] : ["the classifier": parameters],
        seed: seed,
        adam: AdamSettings(learningRate: rate ?? 1)
      ) { try graph.record($0, AdamSettings(learningRate: rate ?? 1)) }
      return try EpochRunner(store, recipe, on: context)
    }
    training = try runner(train, rate: model.learningRate)
    settling = try runner(train, rate: model.learningRate / 10)
    validating = try runner(validation, rate: nil)
  }

  /// Everything that it runs, to be compiled together.
  public var lists: [CommandList] {
    [initialization] + [training, settling, validating].flatMap(\.lists)
  }

  /// Trains for an epoch, and measures the validation images.
  ///
  /// - Parameter epoch: which of `model.epochs`, from 1; they follow one another.
  /// - Returns: The part of the validation images that it is right about afterwards, and all metrics, by `metricNames`.
  /// - Throws: `Divergence`; `OpenCLError`.
  public func trainEpoch(
    _ epoch: Int, onProgress: (EpochProgress) throws -> Void = { _ in }
  ) throws -> (accuracy: Double, metrics: [Double]) {
    let runner = epoch > model.epochs - model.settlingEpochs ? settling : training
    try runner.restart(epoch: epoch - 1)
    let means = try runner.runEpoch(onProgress: onProgress)
    let validated = try validating.runEpoch()
    return (validated[1], metrics(training: means, validation: validated))
  }

  public func metrics(training: [Double], validation: [Double]) -> [Double] {
    training + validation
  }
}

/// The tensors of a step, and what a step does with them.
private struct ClassifierGraph {
  let shift: Int
  let parameters: ParameterSet
  let features: NetworkPass
  let head: NetworkPass
  let images: Tensor  // (batch, pixels)
  let labels: Tensor  // (batch), bytes

  init(_ model: any ClassifyingModel, _ parameters: ParameterSet, _ context: Context) {
    shift = model.shift
    self.parameters = parameters
    let batch = model.batchSize
    features = NetworkPass(
      model.features, parameters, batchSize: batch, trains: true, on: context)
    head = NetworkPass(model.head, parameters, batchSize: batch, trains: true, on: context)
    images = Tensor(context, [batch] + model.features.input, label: "images")
    labels = Tensor(context, [batch], .uint8, label: "labels")
  }

  func record(_ step: StepBuilder, _ adam: AdamSettings) throws {
    let (rows, list) = (step.rows, step.list)
    let x = images.prefix(rows)
    step.gatherImages(into: x, range: 0...1, shiftedUpTo: shift)
    step.gatherLabels(into: labels)
    list.phase = "forward"
    let made = try features.forward(x, on: list)
    let logits = try head.forward(made, on: list)
    list.softmaxCrossEntropy(
      "loss", logits, labels: labels.prefix(rows), into: head.outputGradient(rows: rows),
      loss: step.term(0), correct: step.term(1))
    guard step.trains else { return }
    list.phase = "backward"
    try head.backward(
      made, into: features.outputGradient(rows: rows), through: features.lastActivation, on: list)
    try features.backward(x, on: list)
    step.update("adam", parameters, adam)
  }
}
