/// The dropout at the end of a layer (`kernels/common/dropout.cl`): its probability and whose numbers it draws.
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

  /// The build options of a forward kernel that drops `probability` of its outputs.
  static func options(_ probability: Double?) -> [String: String] {
    guard let probability else { return [:] }
    return [
      "DROPOUT": "1", "DROPOUT_SCALE": scale(probability),
      "DROPOUT_THRESHOLD": "\(UInt32((probability * 0x1p32).rounded()))u",
    ]
  }

  /// The build options of a kernel whose gradient goes through a dropout: what was dropped is zero there.
  static func gradientOptions(_ probability: Double?) -> [String: String] {
    guard let probability else { return [:] }
    return ["DROPPED": "1", "DROPOUT_SCALE": scale(probability)]
  }

  private static func scale(_ probability: Double) -> String { "\(Float(1 / (1 - probability)))f" }
}
