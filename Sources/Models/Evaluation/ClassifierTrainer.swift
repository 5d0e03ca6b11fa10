import GPUTensor

/// Trains a classifier on labelled images. The loss is the cross entropy of its logits, averaged
/// over the batch.
///
/// It reports the mean cross entropy in nats and the accuracy, of training and validation images.
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
  /// The training steps of the last epochs, with a smaller learning rate: without them the accuracy
  /// would depend on chance in the last steps.
  private let settling: EpochRunner
  private let model: any ClassifyingModel

  /// Records the lists of a training. The stores have labels, all below `model.classes`, and
  /// batches of `model.batchSize`.
  ///
  /// - Throws: `ModelError` if the model's networks do not meet the requirements of training.
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

  /// All its lists, to compile together.
  public var lists: [CommandList] {
    [initialization] + [training, settling, validating].flatMap(\.lists)
  }

  /// Trains for an epoch, and measures the validation images.
  ///
  /// - Parameters:
  ///   - epoch: The number of the epoch, from 1 to `model.epochs`; epochs must run in order.
  ///   - onProgress: Called with the losses so far.
  /// - Returns: The validation accuracy, and all metrics in the order of `metricNames`.
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

/// The tensors of a step, and the recording of a step on them.
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
    try step.gatherLabels(into: labels)
    list.phase = "forward"
    let groups = step.trains ? 1 : nil
    let made = try features.forward(x, groups: groups, on: list)
    let logits = try head.forward(made, groups: groups, on: list)
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
