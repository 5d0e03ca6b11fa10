import GPUTensor

/// The training of a model of any kind, as recorded command lists.
public protocol Trainer: AnyObject {
  /// The model's name.
  var modelName: String { get }
  /// The names of an epoch's metrics, as in metrics.csv.
  var metricNames: [String] { get }
  /// The names of the losses that progress reports.
  var lossNames: [String] { get }
  /// All parameters, one set for each optimizer.
  var parameterSets: [ParameterSet] { get }
  /// The networks by their roles, such as `encoder`.
  var networks: KeyValuePairs<String, Network> { get }
  /// The training steps of an epoch.
  var training: EpochRunner { get }
  /// The steps over validation images; nil for a model without validation.
  var validation: EpochRunner? { get }
  /// The list that draws the initial values of all parameters.
  var initialization: CommandList { get }

  /// Computes an epoch's metrics, in the order of `metricNames`, from the means of the losses over
  /// training and validation images, in the order of `lossNames`. The latter are empty without
  /// validation.
  func metrics(training: [Double], validation: [Double]) -> [Double]

  /// Returns a warning about an epoch with these losses, in the order of `lossNames`; nil for none.
  func warning(after losses: [Double]) -> TrainingWarning?
}

extension Trainer {
  /// Returns nil: by default there are no warnings.
  public func warning(after losses: [Double]) -> TrainingWarning? { nil }

  /// The lists of the initialization and of the training steps, to compile together.
  public var trainingLists: [CommandList] { [initialization] + training.lists }
  /// The lists of the validation steps; none without validation.
  public var validationLists: [CommandList] { validation?.lists ?? [] }
  /// All lists, with names that distinguish their operations. The name is empty for the
  /// initialization and the step of a full batch.
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
  /// All lists.
  public var lists: [CommandList] { trainingLists + validationLists }

  /// Resets the training: draws the initial values of all parameters, and clears Adam's moments.
  ///
  /// - Throws: `OpenCLError`.
  public func initialize() throws {
    for set in parameterSets { try set.clearState() }
    try set(TrainingPosition())
    try initialization.run()
  }

  /// Moves to a position, and leaves the parameters as they are.
  ///
  /// - Parameters:
  ///   - position: The position.
  ///   - meter: The state of the training meter there; nil at an epoch's start.
  /// - Throws: `OpenCLError`.
  package func set(_ position: TrainingPosition, meter: [UInt32]? = nil) throws {
    try training.set(position, meter: meter)
    try validation?.set(TrainingPosition(epoch: position.epoch))
  }
}
