import GPUTensor

/// A network with parameters and with room for a batch: what lowers its layers to command lists.
public final class NetworkPass {
  /// The network.
  public let network: Network
  /// (batch, output): each stage's output, behind its activation.
  private let outputs: [Tensor]
  /// (batch, output): the gradient at each stage's output, before its activation; none where the pass
  /// only goes forward.
  private let gradients: [Tensor]
  /// Weight and bias of each stage.
  private let parameters: [[Parameter]]

  /// Activations for batches of at most `batchSize` rows, and gradients where it trains.
  public init(
    _ network: Network, _ set: ParameterSet, batchSize: Int, trains: Bool, on context: Context
  ) {
    self.network = network
    func tensors(_ what: String, _ kind: MemoryKind) -> [Tensor] {
      network.stages.map { stage in
        Tensor(
          context, [batchSize] + stage.output, kind: kind,
          label: "\(network.label(stage)) \(what)")
      }
    }
    outputs = tensors("output", .activations)
    gradients = trains ? tensors("gradient", .activationGradients) : []
    let named = Dictionary(
      set.parameters.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    parameters = network.stages.map { stage in
      stage.parameters.compactMap { named[network.fullName(stage, $0)] }
    }
  }

  /// The last stage's output for `rows` rows.
  public func output(rows: Int) -> Tensor { outputs[outputs.count - 1].prefix(rows) }

  /// The function behind the last stage.
  public var lastActivation: Activation { network.stages.last?.activation ?? .identity }

  /// Where the gradient at the last stage's output, before its activation, belongs.
  public func outputGradient(rows: Int) -> Tensor { gradients[gradients.count - 1].prefix(rows) }

  /// Where a training pass draws its dropout from: stages take streams from `first` on.
  public struct Randomness {
    let seed: UInt64
    let first: RandomStream
    let state: StepState

    func mask(of stage: Int, probability: Double) -> DropoutMask {
      DropoutMask(
        probability: probability, source: first.source(seed: seed, stage: stage), state: state)
    }
  }

  /// Appends the network's forward pass on `x` (rows, input).
  ///
  /// - Parameters:
  ///   - dropout: where dropout is drawn from; nil where it is off.
  ///   - logits: leave out the last activation; the loss includes it.
  /// - Returns: The output (rows, output).
  /// - Throws: `ShapeError` where a layer does not fit.
  @discardableResult
  public func forward(
    _ x: Tensor, dropout: Randomness? = nil, logits: Bool = false, on list: CommandList
  ) throws -> Tensor {
    var x = x
    for (index, stage) in network.stages.enumerated() {
      let y = outputs[index].prefix(x.rows)
      let isLast = index == network.stages.count - 1
      let (weight, bias) = (parameters[index][0].value, parameters[index][1].value)
      try stage.layer.forward(
        network.label(stage) + ".forward", x, weight: weight,
        epilogue: .output(
          bias: bias, isLast && logits ? .identity : stage.activation,
          stage.dropout.flatMap { dropout?.mask(of: index, probability: $0) }),
        into: y, on: list)
      x = y
    }
    return x
  }

  /// Appends the network's backward pass, from `outputGradient`.
  ///
  /// - Parameters:
  ///   - x: the input that the forward pass had, (rows, input).
  ///   - dx: where the gradient in the input goes; nil where nobody needs it.
  ///   - activation: the function whose output x was, which the gradient in x is taken on through.
  ///   - updates: whether the gradients of parameters are wanted.
  /// - Throws: `ShapeError` where a layer does not fit.
  public func backward(
    _ x: Tensor, into dx: Tensor? = nil, through activation: Activation = .identity,
    updates: Bool = true, on list: CommandList
  ) throws {
    for (index, stage) in network.stages.enumerated().reversed() {
      let label = network.label(stage)
      let dy = gradients[index].prefix(x.rows)
      let input = index == 0 ? x : outputs[index - 1].prefix(x.rows)
      let inputGradient = index == 0 ? dx : gradients[index - 1].prefix(x.rows)
      if updates {
        try stage.layer.backwardWeight(
          label + ".backward_weight", input, dy: dy, gradients: parameters[index].map(\.gradient),
          on: list)
      }
      if let inputGradient {
        let before = index == 0 ? nil : network.stages[index - 1]
        try stage.layer.backwardInput(
          label + ".backward_input", dy: dy, weight: parameters[index][0].value,
          epilogue: .gradient(
            before?.activation ?? activation, dropped: before?.dropout, of: input),
          into: inputGradient, on: list)
      }
    }
  }
}
