import GPUTensor

/// What a run, `bench` and `profile` ask of a model's training, whatever the model is.
public protocol Trainer: AnyObject {
  /// The model.
  var modelName: String { get }
  /// The columns of metrics.csv between `epoch` and `seconds`.
  var metricNames: [String] { get }
  /// The names of the losses that progress reports.
  var lossNames: [String] { get }
  /// All parameters, one set for each optimizer.
  var parameterSets: [ParameterSet] { get }
  /// The networks by their roles, such as `encoder`.
  var networks: KeyValuePairs<String, Network> { get }
  /// The training steps of an epoch.
  var training: EpochRunner { get }
  /// The steps that measure the validation images; nil for models that validate nothing.
  var validation: EpochRunner? { get }
  /// What draws the first values of all parameters.
  var initialization: CommandList { get }

  /// An epoch's metrics, by `metricNames`, from the means of the losses over the epoch, by
  /// `lossNames`. Those of the validation images are empty without validation.
  func metrics(training: [Double], validation: [Double]) -> [Double]

  /// What an epoch with these losses, by `lossNames`, gives cause to warn of; nil unless a trainer
  /// says otherwise.
  func warning(after losses: [Double]) -> TrainingWarning?
}

extension Trainer {
  public func warning(after losses: [Double]) -> TrainingWarning? { nil }

  /// What training runs, to be compiled together.
  public var trainingLists: [CommandList] { [initialization] + training.lists }
  /// What validation runs.
  public var validationLists: [CommandList] { validation?.lists ?? [] }
  /// What it runs, with names that tell a list's operations from those of the first step: empty for
  /// the initialization and the step of a full batch.
  public var namedLists: [(name: String, list: CommandList)] {
    func named(
      _ runner: EpochRunner?, _ full: String, _ last: String
    ) -> [(name: String, list: CommandList)] {
      guard let runner else { return [] }
      return runner.lists.map { (name: $0 === runner.step ? full : last, list: $0) }
    }
    return [(name: "", list: initialization)] + named(training, "", "last batch")
      + named(validation, "validation", "last batch of validation")
  }
  /// Everything that it runs.
  public var lists: [CommandList] { trainingLists + validationLists }

  /// Draws the first values of all parameters, and forgets what training was done.
  ///
  /// - Throws: `OpenCLError`.
  public func initialize() throws {
    for set in parameterSets { try set.clearMoments() }
    try set(TrainingPosition())
    try initialization.run()
  }

  /// Makes the next step the one behind `position`; the parameters stay.
  ///
  /// - Parameter meter: the words of the training meter there; nil at an epoch's start.
  /// - Throws: `OpenCLError`.
  package func set(_ position: TrainingPosition, meter: [UInt32]? = nil) throws {
    try training.set(position, meter: meter)
    try validation?.set(TrainingPosition(epoch: position.epoch))
  }
}
