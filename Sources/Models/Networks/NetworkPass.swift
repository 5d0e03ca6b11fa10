import GPUTensor

/// A network's passes over a batch. It holds the memory for the outputs and gradients of the
/// layers, and appends the forward and backward pass to command lists.
public final class NetworkPass {
  /// The network.
  public let network: Network
  /// (batch, output): each stage's output, after its activation.
  private let outputs: [Tensor]
  /// (batch, output): the gradient at each stage's output, before its activation; empty without
  /// training.
  private let gradients: [Tensor]
  /// The operands and kernels of each stage.
  private let passes: [StagePass]
  /// The inputs with their labels, and the gradient there; nil without labels.
  private let joined: (examples: Tensor, gradient: Tensor)?

  /// Creates a pass for batches of at most `batchSize` rows, with memory for gradients if it
  /// trains.
  public convenience init(
    _ network: Network, _ set: ParameterSet, batchSize: Int, trains: Bool, on context: Context
  ) {
    self.init(network, set, Scope(rows: batchSize, trains: trains), on: context)
  }

  /// What a pass is for.
  struct Scope {
    /// The most rows of its batches.
    let rows: Int
    /// Whether it has memory for gradients.
    let trains: Bool
    /// Whether batch normalizations count its batches. A step counts those of its first shard.
    var countsBatches = true
  }

  /// Creates a pass.
  init(_ network: Network, _ set: ParameterSet, _ scope: Scope, on context: Context) {
    let (batchSize, trains) = (scope.rows, scope.trains)
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
    func join(_ what: String, _ kind: MemoryKind) -> Tensor {
      Tensor(
        context, [batchSize] + network.joinedInput, kind: kind,
        label: "\(network.joinLabel) \(what)")
    }
    joined =
      network.labels == 0
      ? nil : (join("output", .activations), join("gradient", .activationGradients))
    let named = Dictionary(
      set.parameters.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    func layer(of stage: Stage) -> StagePass.Layer {
      switch stage.layer {
      case .weighted(let layer): return .weighted(layer)
      case .unweighted(let layer, _): return .unweighted(layer)
      case .normalization(let layer):
        let label = network.label(stage)
        let state =
          set.statistics.first { $0.layer == label }
          ?? NormalizationState(of: label, layer.statistics(of: stage.input), on: context)
        let batch = BatchStatistics(
          groups: 2, channels: state.running.mean.count, label: label, on: context)
        return .normalization(
          StagePass.Statistics(
            running: scope.countsBatches ? state.running : state.uncounted(on: context),
            batch: trains ? batch : nil))
      }
    }
    passes = network.stages.map { stage in
      let parameters = stage.parameters.compactMap { named[network.fullName(stage, $0)] }
      // A layer without a bias has zeros instead, whose gradient is not used.
      let missing = stage.weightAndBias.dropFirst(parameters.count)
      func substitutes(_ what: String, _ kind: MemoryKind) -> [Tensor] {
        missing.map {
          Tensor(
            context, $0.axes, kind: kind, zeros: true, label: "\(network.label(stage)) \(what)")
        }
      }
      let values = parameters.map(\.value) + substitutes("zeros", .parameters)
      let unused = trains ? substitutes("unused gradient", .gradients) : []
      return StagePass(
        layer: layer(of: stage), parameters: values,
        gradients: parameters.map(\.gradient) + unused)
    }
  }

  /// Returns the output of the last stage, for `rows` rows.
  public func output(rows: Int) -> Tensor { outputs[outputs.count - 1].prefix(rows) }

  /// The activation of the last stage.
  public var lastActivation: Activation { network.stages.last?.activation ?? .identity }

  /// Returns the gradient at the output of the last stage, before its activation, for `rows` rows.
  /// A loss writes it.
  public func outputGradient(rows: Int) -> Tensor { gradients[gradients.count - 1].prefix(rows) }

  /// The random numbers of dropout in a training pass. Stages use the streams from `first`.
  public struct Randomness {
    let seed: UInt64
    let first: RandomStream
    var shard = 0
    let state: StepState

    func mask(of stage: Int, probability: Double) -> DropoutMask {
      DropoutMask(
        probability: probability, source: first.source(seed: seed, stage: stage, shard: shard),
        state: state)
    }
  }

  /// Appends the network's forward pass.
  ///
  /// - Parameters:
  ///   - x: The input, (rows, input).
  ///   - labels: The labels of the rows, bytes, which repeat if they are fewer; nil for a network
  ///     without labels.
  ///   - dropout: The random numbers of dropout; nil for no dropout.
  ///   - groups: The number of equal groups of rows, 1 or 2, whose statistics batch normalization
  ///     uses, such as images and fakes; nil for the running statistics.
  ///   - logits: Whether to omit the last activation, which a loss from logits includes.
  ///   - list: The list to append to.
  /// - Returns: The output, (rows, output).
  /// - Throws: `ShapeError` if a layer does not fit, or labels are missing.
  @discardableResult
  public func forward(
    _ x: Tensor, labels: Tensor? = nil, dropout: Randomness? = nil, groups: Int? = nil,
    logits: Bool = false, on list: CommandList
  ) throws -> Tensor {
    var x = x
    if let joined = joined?.examples.prefix(x.rows) {
      guard let labels else {
        throw ShapeError(description: "the inputs have no labels, which the network takes")
      }
      list.joinLabels(network.joinLabel + ".forward", x, labels, into: joined)
      x = joined
    }
    x = shaped(x)
    for (index, stage) in network.stages.enumerated() {
      let y = outputs[index].prefix(x.rows)
      let isLast = index == network.stages.count - 1
      let mask = stage.dropout.flatMap { dropout?.mask(of: index, probability: $0) }
      try passes[index].forward(
        network.label(stage), x, groups: groups,
        (isLast && logits ? .identity : stage.activation, mask), into: y, on: list)
      x = y
    }
    return x
  }

  /// Returns examples that labels have joined, or their gradient, in the shape that the first stage
  /// takes.
  private func shaped(_ x: Tensor) -> Tensor {
    guard let first = network.stages.first, first.input != network.joinedInput else { return x }
    return x.reshaped([x.rows] + first.input)
  }

  /// Appends the network's backward pass, from `outputGradient`.
  ///
  /// - Parameters:
  ///   - x: The input of the forward pass, (rows, input).
  ///   - dx: The tensor for the gradient of the input, (rows, input); nil for none.
  ///   - activation: The activation whose output is x. dx is the gradient before it.
  ///   - groups: The number of groups of the forward pass whose rows x has.
  ///   - updates: Whether to compute the gradients of parameters.
  ///   - list: The list to append to.
  /// - Throws: `ShapeError` if a layer does not fit.
  public func backward(
    _ x: Tensor, into dx: Tensor? = nil, through activation: Activation = .identity,
    groups: Int = 1, updates: Bool = true, on list: CommandList
  ) throws {
    let first = shaped(joined?.examples.prefix(x.rows) ?? x)
    let firstGradient = dx.map { shaped(joined?.gradient.prefix(x.rows) ?? $0) }
    // The derivative of the activation follows once the labels are dropped.
    let firstActivation = joined == nil ? activation : .identity
    for (index, stage) in network.stages.enumerated().reversed() {
      let label = network.label(stage)
      let dy = gradients[index].prefix(x.rows)
      let input = index == 0 ? first : outputs[index - 1].prefix(x.rows)
      let inputGradient = index == 0 ? firstGradient : gradients[index - 1].prefix(x.rows)
      if updates || passes[index].needsWeightGradient {
        try passes[index].backwardWeight(label, input, dy: dy, groups: groups, on: list)
      }
      if let inputGradient {
        let before = index == 0 ? nil : network.stages[index - 1]
        try passes[index].backwardInput(
          label, dy: dy, groups: groups,
          .gradient(before?.activation ?? firstActivation, dropped: before?.dropout, of: input),
          into: inputGradient, on: list)
      }
    }
    if let dx, let joined {
      list.joinLabelsBackward(
        network.joinLabel + ".backward", dy: joined.gradient.prefix(x.rows),
        epilogue: .gradient(activation, dropped: nil, of: x), into: dx)
    }
  }
}
