/// The dropout at the end of a layer (`kernels/common/dropout.cl`).
public struct DropoutMask {
  /// The probability of dropping an element.
  public let probability: Double
  /// The source of its random numbers; each use in a step has a stream of its own.
  public let source: RandomSource
  /// The training state, which holds the current step.
  public let state: StepState

  /// Creates a mask.
  public init(probability: Double, source: RandomSource, state: StepState) {
    self.probability = probability
    self.source = source
    self.state = state
  }

  /// The last arguments of a kernel with this dropout.
  var arguments: [KernelArgument] {
    [.uint2(source.seed), .uint(source.stream), .tensor(state.tensor)]
  }

  /// Returns the build options of a forward kernel that drops outputs with this probability.
  static func options(_ probability: Double?) -> [String: String] {
    guard let probability else { return [:] }
    return [
      "DROPOUT": "1", "DROPOUT_SCALE": scale(probability),
      "DROPOUT_THRESHOLD": "\(UInt32((probability * 0x1p32).rounded()))u",
    ]
  }

  /// Returns the build options of a kernel that computes a gradient through dropout with this
  /// probability: the gradient of a dropped element is zero.
  static func gradientOptions(_ probability: Double?) -> [String: String] {
    guard let probability else { return [:] }
    return ["DROPPED": "1", "DROPOUT_SCALE": scale(probability)]
  }

  private static func scale(_ probability: Double) -> String { "\(Float(1 / (1 - probability)))f" }
}
