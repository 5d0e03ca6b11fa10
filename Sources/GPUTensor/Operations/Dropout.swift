/// The dropout at the end of a layer (`kernels/dropout.cl`): its probability and whose numbers it draws.
public struct DropoutMask {
  /// The part that is dropped.
  public let probability: Double
  /// Its numbers; each use in a step has a stream of its own.
  public let source: RandomSource
  /// The training state that says which step it is.
  public let state: StepState

  /// A mask.
  public init(probability: Double, source: RandomSource, state: StepState) {
    self.probability = probability
    self.source = source
    self.state = state
  }

  /// The arguments that end a kernel's.
  var arguments: [KernelArgument] {
    [.uint2(source.seed), .uint(source.stream), .tensor(state.tensor)]
  }

  /// The build options of a kernel behind whose activation `probability` is dropped.
  static func options(_ probability: Double?) -> [String: String] {
    guard let probability else { return ["DROPOUT": "0"] }
    return [
      "DROPOUT": "1", "DROPOUT_SCALE": "\(Float(1 / (1 - probability)))f",
      "DROPOUT_THRESHOLD": "\(UInt32((probability * 0x1p32).rounded()))u",
    ]
  }
}
