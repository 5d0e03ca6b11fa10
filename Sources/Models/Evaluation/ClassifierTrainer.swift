import GPUTensor

/// Trains a classifier on labelled images, by the cross entropy of its logits, averaged over the batch.
///
/// What is reported, of the validation images too, is the mean cross entropy in nats and the part that it is right about.
package final class ClassifierTrainer: Trainer {
  public let modelName: String
  public let parameterSets: [ParameterSet]
  public let lossNames = ["cross_entropy", "accuracy"]
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
    let graph = ClassifierGraph(model, seed: seed, parameters, context)
    modelName = model.name
    parameterSets = [parameters]
    networks = ["features": model.features, "head": model.head]
    initialization = CommandList(context)
    parameters.initialize(seed: seed, on: initialization)
    let rate = model.learningRate
    training = try graph.runner(train, updating: AdamSettings(learningRate: rate))
    settling = try graph.runner(train, updating: AdamSettings(learningRate: rate / 10))
    validating = try graph.runner(validation, updating: nil)
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

/// The tensors of a step, and the steps recorded on them.
private struct ClassifierGraph {
  let seed: UInt64
  let shift: Int
  let parameters: ParameterSet
  let context: Context
  let features: NetworkPass
  let head: NetworkPass
  let images: Tensor  // (batch, pixels)
  let labels: Tensor  // (batch), bytes

  init(
    _ model: any ClassifyingModel, seed: UInt64, _ parameters: ParameterSet,
    _ context: Context
  ) {
    self.seed = seed
    shift = model.shift
    self.parameters = parameters
    self.context = context
    let batch = model.batchSize
    features = NetworkPass(
      model.features, parameters, batchSize: batch, trains: true, on: context)
    head = NetworkPass(model.head, parameters, batchSize: batch, trains: true, on: context)
    images = Tensor(context, [batch] + model.features.input, label: "images")
    labels = Tensor(context, [batch], .uint8, label: "labels")
  }

  /// The steps over `store`: training steps where there are settings to update parameters by, else validation.
  func runner(_ store: ImageStore, updating adam: AdamSettings?) throws -> EpochRunner {
    let state = StepState(context)
    let meter = Meter(
      context, names: ["cross_entropy", "accuracy"], batchSize: images.rows,
      watching: adam == nil ? [:] : ["the classifier": parameters.elementCount])
    return try EpochRunner(
      store, validates: adam == nil, meter: meter, state: state, on: context
    ) { rows in
      try step(rows: rows, of: store, state: state, meter: meter, updating: adam)
    }
  }

  private func step(
    rows: Int, of store: ImageStore, state: StepState, meter: Meter,
    updating adam: AdamSettings?
  ) throws -> CommandList {
    let shuffle = adam.map { _ in RandomStream.shuffle.source(seed: seed) }
    let (x, shown) = (images.prefix(rows), labels.prefix(rows))
    let list = CommandList(context)

    list.phase = "data"
    list.advance("step", state, batches: store.batches, adam: adam ?? AdamSettings(learningRate: 1))
    if let shuffle {
      list.gatherShifted(
        "batch", from: store.images, batchSize: store.batchSize, shuffle: shuffle,
        shifts: RandomStream.shifts.rawValue, upTo: shift, range: 0...1, state: state, into: x)
    } else {
      list.gatherBatch(
        "batch", from: store.images, batchSize: store.batchSize, shuffle: nil, range: 0...1,
        state: state, into: x)
    }
    if let labels = store.labels {
      list.gatherLabels(
        "labels", from: labels, batchSize: store.batchSize, shuffle: shuffle, state: state,
        into: shown)
    }
    list.phase = "forward"
    let made = try features.forward(x, on: list)
    let logits = try head.forward(made, on: list)
    list.softmaxCrossEntropy(
      "loss", logits, labels: shown, mean: rows, into: head.outputGradient(rows: rows),
      loss: meter.term(0, rows: rows), correct: meter.term(1, rows: rows))
    if let adam {
      list.phase = "backward"
      try head.backward(
        made, into: features.outputGradient(rows: rows), through: features.lastActivation,
        on: list)
      try features.backward(x, on: list)
      list.phase = "optimizer"
      parameters.update(
        "adam", adam, state: state, norms: meter.norms(of: 0), on: list)
    }
    list.phase = "data"
    list.accumulate("meter", meter, rows: rows, state: state)
    return list
  }
}
