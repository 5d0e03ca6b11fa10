/// A recorded operation: its kind, its operands and its launches. The self-test compares the
/// results of each with float64.
public struct TensorOperation {
  /// The operation and its place, such as `decoder.0.forward`.
  public let label: String
  /// The part of a step that it belongs to, such as `optimizer`.
  public let phase: String
  /// The kind of the operation, with its operands.
  public let kind: Kind
  /// Its launches in `CommandList.launches`.
  public let launches: Range<Int>

  /// The kind of an operation, with its operands. The method of `CommandList` with the same name
  /// documents them.
  public enum Kind {
    /// c = epilogue(a b), or epilogue(a bᵀ) if transposed: `gemmNN` and `gemmNT`.
    case gemm(a: Tensor, b: Tensor, transposed: Bool, Epilogue, c: Tensor)
    /// c = aᵀ b, and the column sums of b.
    case gemmTN(a: Tensor, b: Tensor, c: Tensor, columnSums: Tensor)
    /// A convolution or its data gradient: `conv2DForward` and `conv2DBackwardInput`.
    case conv2D(Convolution)
    /// The gradients of a convolution's weight and bias.
    case conv2DBackwardWeight(WeightGradient)
    /// The statistics of a batch, and the running ones.
    case batchStatistics(x: Tensor, BatchStatistics, RunningStatistics, momentum: Double)
    /// y = epilogue(x normalized by statistics, times weight).
    case normalize(x: Tensor, BatchStatistics, weight: Tensor, Epilogue, y: Tensor)
    /// The gradients of a normalization's weight and bias, and the means for its backward pass.
    case normalizeGradients(
      x: Tensor, dy: Tensor, BatchStatistics, weight: Tensor, bias: Tensor)
    /// The gradient of a normalization's input.
    case normalizeBackward(dy: Tensor, BatchStatistics, weight: Tensor, Epilogue, dx: Tensor)
    /// Maps with each pixel repeated.
    case upsample(x: Tensor, factor: Int, y: Tensor)
    /// The gradient of an upsampling's input.
    case upsampleBackward(dy: Tensor, factor: Int, Epilogue, dx: Tensor)
    /// y = x / (1 + exp −x), then dropout.
    case silu(x: Tensor, DropoutMask?, y: Tensor)
    /// The gradient of the input of `silu`.
    case siluBackward(dy: Tensor, Epilogue, dx: Tensor)
    /// Examples with the one-hot codes of their labels.
    case joinLabels(x: Tensor, labels: Tensor, y: Tensor)
    /// The gradient of the examples of `joinLabels`.
    case joinLabelsBackward(dy: Tensor, Epilogue, dx: Tensor)
    /// The same number in each element.
    case fill(Float, Tensor)
    /// A copy of rows of x to rows of y.
    case copy(Range<Int>, x: Tensor, to: Int, y: Tensor)
    /// y = scale (x + y).
    case add(x: Tensor, scale: Float, y: Tensor)
    /// A batch of images as floats in a range.
    case gatherBatch(BatchOrder, images: [Tensor], ClosedRange<Float>, x: Tensor)
    /// A batch of images, each shifted.
    case gatherShifted(BatchOrder, images: [Tensor], Shifts, ClosedRange<Float>, x: Tensor)
    /// The labels of a batch.
    case gatherLabels(BatchOrder, labels: Tensor, out: Tensor)
    /// Uniform numbers in [−bound, bound).
    case fillUniform(bound: Float, RandomSource, step: UInt32, Tensor)
    /// Normal numbers, the same in each run of the list.
    case fillNormal(mean: Float, deviation: Float, RandomSource, step: UInt32, Tensor)
    /// Standard normals, new ones in each step.
    case drawNormal(RandomSource, StepState, Tensor)
    /// Latents of an encoder's outputs, and their divergences.
    case reparameterize(encoded: Tensor, StepNoise, z: Tensor, kl: Tensor)
    /// The gradient at the encoder's outputs.
    case reparameterizeBackward(
      encoded: Tensor, dz: Tensor, DivergenceWeight, StepNoise, dencoded: Tensor)
    /// Latents of an encoder's outputs, and the logarithms of their importance weights without the
    /// likelihood.
    case reparameterizeWeighted(encoded: Tensor, StepNoise, z: Tensor, logRatio: Tensor)
    /// Binary cross entropy from logits, and its gradient.
    case bceWithLogits(logits: Tensor, targets: Tensor, dlogits: Tensor, loss: Tensor)
    /// Half the squared error of outputs, and its gradient before the activation that made them.
    case squaredError(outputs: Tensor, targets: Tensor, Activation, dx: Tensor, loss: Tensor)
    /// The losses of a discriminator's logits, and their gradient.
    case ganLoss(logits: Tensor, real: RealRows, dlogits: Tensor, loss: Tensor, correct: Tensor)
    /// Cross entropy of a classifier's logits, and its gradient.
    case softmaxCrossEntropy(
      logits: Tensor, labels: Tensor, dlogits: Tensor, loss: Tensor, correct: Tensor)
    /// The advance of the training state to the next step.
    case advance(StepState, batches: Int, AdamSettings)
    /// A step of Adam, and the partial norms.
    case adam(AdamSettings, StepState, AdamTensors, norms: Tensor)
    /// The addition of a batch's terms to the sums of an epoch.
    case accumulate(Meter, rows: Int, StepState)
    /// −½ |x|² of each row.
    case halfNorms(x: Tensor, halves: Tensor)
    /// Each row's largest scores, and their columns.
    case largestScores(Tensor, first: Int, best: Tensor, places: Tensor)
    /// Each row's sum of cubed scores.
    case cubedSums(scores: Tensor, scale: Float, sums: Tensor)
  }
}
