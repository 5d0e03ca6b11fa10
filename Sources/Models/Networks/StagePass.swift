import GPUTensor

/// The kernels of a stage's layer with their operands: its passes over a batch.
struct StagePass {
  let layer: Layer
  /// The weight and the bias; none for a layer without parameters.
  let parameters: [Tensor]
  /// Their gradients; empty without training.
  let gradients: [Tensor]

  /// A layer with kernels of its own.
  enum Layer {
    case weighted(any WeightedLayer)
    case normalization(Statistics)
    case unweighted(any UnweightedLayer)
  }

  /// The statistics of a normalization.
  struct Statistics {
    let running: RunningStatistics
    /// Those of a training's batch, for two groups at most; nil without training.
    let batch: BatchStatistics?

    /// Returns the statistics of the batch for this number of groups, or the running ones for nil.
    func chosen(_ groups: Int?) -> BatchStatistics {
      guard let groups, let batch else { return BatchStatistics(running) }
      return batch.prefix(groups)
    }
  }

  /// Appends the forward pass. A normalization uses the statistics of `groups` groups of the batch,
  /// and updates the running ones; nil for the running ones.
  ///
  /// - Throws: `ShapeError` if x does not fit the layer.
  func forward(
    _ label: String, _ x: Tensor, groups: Int?, _ end: (Activation, DropoutMask?), into y: Tensor,
    on list: CommandList
  ) throws {
    func epilogue() -> Epilogue { .output(bias: parameters[1], end.0, end.1) }
    switch layer {
    case .weighted(let layer):
      try layer.forward(
        label + ".forward", x, weight: parameters[0], epilogue: epilogue(), into: y, on: list)
    case .normalization(let statistics):
      let chosen = statistics.chosen(groups)
      if groups != nil {
        list.batchStatistics(
          label + ".statistics", of: x, into: chosen, running: statistics.running)
      }
      list.normalize(
        label + ".forward", x, by: chosen, weight: parameters[0], epilogue: epilogue(), into: y)
    case .unweighted(let layer):
      layer.forward(label + ".forward", x, dropout: end.1, into: y, on: list)
    }
  }

  /// Appends the gradients of weight and bias.
  ///
  /// - Throws: as `forward`.
  func backwardWeight(
    _ label: String, _ x: Tensor, dy: Tensor, groups: Int, on list: CommandList
  ) throws {
    switch layer {
    case .weighted(let layer):
      try layer.backwardWeight(
        label + ".backward_weight", x, dy: dy, gradients: gradients, on: list)
    case .normalization(let statistics):
      list.normalizeGradients(
        label + ".backward_weight", x, dy: dy, by: statistics.chosen(groups),
        weight: gradients[0], bias: gradients[1])
    case .unweighted: break
    }
  }

  /// Appends the gradient of the input. For a normalization it comes after `backwardWeight`.
  ///
  /// - Throws: as `forward`.
  func backwardInput(
    _ label: String, dy: Tensor, groups: Int, _ epilogue: Epilogue, into dx: Tensor,
    on list: CommandList
  ) throws {
    switch layer {
    case .weighted(let layer):
      try layer.backwardInput(
        label + ".backward_input", dy: dy, weight: parameters[0], epilogue: epilogue, into: dx,
        on: list)
    case .normalization(let statistics):
      list.normalizeBackward(
        label + ".backward_input", dy: dy, by: statistics.chosen(groups), weight: parameters[0],
        epilogue: epilogue, into: dx)
    case .unweighted(let layer):
      layer.backward(label + ".backward", dy: dy, epilogue: epilogue, into: dx, on: list)
    }
  }

  /// Whether the gradient of the input needs that of the weight, which the sums are shared with.
  var needsWeightGradient: Bool {
    if case .normalization = layer { true } else { false }
  }
}
