/// An operation of a recorded list: what it computes, on which tensors, and the launches that
/// compute it. The self-test compares each with float64.
public struct TensorOperation {
  /// The operation and its place, such as `decoder.0.forward`.
  public let label: String
  /// The part of a step that it belongs to, such as `optimizer`.
  public let phase: String
  /// What it computes.
  public let kind: Kind
  /// Its launches in `CommandList.launches`.
  public let launches: Range<Int>

  /// What an operation computes, with its operands. The functions of `CommandList` with these names
  /// say what they mean.
  public enum Kind {
    /// c = epilogue(a b), or epilogue(a bᵀ) if transposed: `gemmNN` and `gemmNT`.
    case gemm(a: Tensor, b: Tensor, transposed: Bool, Epilogue, c: Tensor)
    case gemmTN(a: Tensor, b: Tensor, c: Tensor, columnSums: Tensor)
    case conv2D(Convolution)
    case conv2DBackwardWeight(WeightGradient)
    case copy(Range<Int>, x: Tensor, to: Int, y: Tensor)
    case gatherBatch(BatchOrder, images: Tensor, ClosedRange<Float>, x: Tensor)
    case gatherShifted(BatchOrder, images: Tensor, Shifts, ClosedRange<Float>, x: Tensor)
    case gatherLabels(BatchOrder, labels: Tensor, out: Tensor)
    case fillUniform(bound: Float, RandomSource, step: UInt32, Tensor)
    case fillNormal(RandomSource, step: UInt32, Tensor)
    case drawNormal(RandomSource, StepState, Tensor)
    case reparameterize(encoded: Tensor, RandomSource, StepState, z: Tensor, kl: Tensor)
    case reparameterizeBackward(
      encoded: Tensor, dz: Tensor, RandomSource, StepState, dencoded: Tensor)
    case reparameterizeWeighted(
      encoded: Tensor, RandomSource, StepState, z: Tensor, logRatio: Tensor)
    case bceWithLogits(logits: Tensor, targets: Tensor, dlogits: Tensor, loss: Tensor)
    case ganLoss(logits: Tensor, real: Int, dlogits: Tensor, loss: Tensor, correct: Tensor)
    case softmaxCrossEntropy(
      logits: Tensor, labels: Tensor, dlogits: Tensor, loss: Tensor, correct: Tensor)
    case advance(StepState, batches: Int, AdamSettings)
    case adam(AdamSettings, StepState, AdamTensors, norms: Tensor)
    case accumulate(Meter, rows: Int, StepState)
    case halfNorms(x: Tensor, halves: Tensor)
    case largestScores(Tensor, first: Int, best: Tensor, places: Tensor)
    case cubedSums(scores: Tensor, scale: Float, sums: Tensor)
  }
}
