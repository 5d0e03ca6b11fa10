import GPUTensor

/// What `train` and `bench` ask of a model's training, whatever the model is.
public protocol Trainer: AnyObject {
  /// The model.
  var modelName: String { get }
  /// The columns of metrics.csv between `epoch` and `seconds`.
  var metricNames: [String] { get }
  /// The names of the losses that progress reports.
  var lossNames: [String] { get }
  /// All parameters, one set for each optimizer.
  var parameterSets: [ParameterSet] { get }
  /// One training step on a full batch, as an epoch replays it.
  var step: CommandList { get }
  /// Everything that it runs, to be compiled together.
  var lists: [CommandList] { get }

  /// Draws the first values of all parameters.
  ///
  /// - Throws: `OpenCLError`.
  func initialize() throws

  /// Trains for an epoch.
  ///
  /// - Returns: The means of the losses over the epoch, by `lossNames`.
  /// - Throws: `OpenCLError`; what `onProgress` throws.
  func trainEpoch(onProgress: (EpochProgress) throws -> Void) throws -> [Double]

  /// Measures what the model validates, and gives the epoch's row of metrics, by `metricNames`.
  ///
  /// - Throws: `OpenCLError`.
  func metrics(after losses: [Double]) throws -> [Double]

  /// What an epoch with these losses, by `lossNames`, makes one worry about.
  func concerns(after losses: [Double]) -> [Concern]
}
