import GPUTensor
import Reference

/// Draws inputs for recorded operations, and computes their outputs in float64: the truth.
///
/// The switch over `TensorOperation.Kind` is exhaustive, so a new operation does not compile
/// without a truth.
struct OperationTruth {
  /// The memory that the operation reads and writes.
  let tensors: StandIns
  let device: Device
  var numbers: SelfTestNumbers

  /// The step of an operation that draws by step.
  let step: UInt32 = 1

  /// The trials of an operation, whose inputs are on the device unless a trial prepares them.
  ///
  /// - Throws: `OpenCLError`.
  mutating func trials(of operation: TensorOperation) throws -> [Trial] {
    switch operation.kind {
    case .gemm(let a, let b, let transposed, let epilogue, let c):
      [try gemm(a, b, transposed: transposed, epilogue, c)]
    case .gemmTN(let a, let b, let c, let columnSums): [try gemmTN(a, b, c, columnSums)]
    case .conv2D(let convolution): [try conv2D(convolution)]
    case .conv2DBackwardWeight(let gradient): [try conv2DBackwardWeight(gradient)]
    case .batchStatistics(let x, let statistics, let running, let momentum):
      [try batchStatistics(x, statistics, running, momentum: momentum)]
    case .normalize(let x, let statistics, let weight, let epilogue, let y):
      [try normalize(x, statistics, weight, epilogue, y)]
    case .normalizeGradients(let x, let dy, let statistics, let weight, let bias):
      [try normalizeGradients(x, dy, statistics, weight, bias)]
    case .normalizeBackward(let dy, let statistics, let weight, let epilogue, let dx):
      [try normalizeBackward(dy, statistics, weight, epilogue, dx)]
    case .upsample(let x, let factor, let y): [try upsample(x, factor, y)]
    case .upsampleBackward(let dy, let factor, let epilogue, let dx):
      [try upsampleBackward(dy, factor, epilogue, dx)]
    case .silu(let x, let dropout, let y): [try silu(x, dropout, y)]
    case .siluBackward(let dy, let epilogue, let dx): [try siluBackward(dy, epilogue, dx)]
    case .joinLabels(let x, let labels, let y): [try joinLabels(x, labels, y)]
    case .joinLabelsBackward(let dy, let epilogue, let dx):
      [try joinLabelsBackward(dy, epilogue, dx)]
    case .fill(let value, let y): [drawn(y) { _ in Double(value) }]
    case .copy(let rows, let x, let start, let y): [try copy(rows, x, to: start, y)]
    case .add(let x, let scale, let y): [try add(x, scale: scale, y)]
    case .gatherBatch(let order, let images, let range, let x):
      [try gather(order, images, range, x)]
    case .gatherShifted(let order, let images, let shifts, let range, let x):
      [try gather(order, images, range, x, by: shifts)]
    case .gatherLabels(let order, let labels, let out): [try gatherLabels(order, labels, out)]
    case .fillUniform(let bound, let source, let step, let out):
      [drawn(out) { Double(ReferenceRandom.uniform(bound: bound, source, step, $0)) }]
    case .fillNormal(let mean, let deviation, let source, let step, let out):
      [drawn(out) { Double(mean) + Double(deviation) * ReferenceRandom.normal(source, step, $0) }]
    case .drawNormal(let source, let state, let out):
      [try drawnInStep(source, state, out)]
    case .reparameterize(let encoded, let noise, let z, let kl):
      [try reparameterize(encoded, noise, z, kl)]
    case .reparameterizeBackward(let encoded, let dz, let weight, let noise, let dencoded):
      [try reparameterizeBackward(encoded, dz, weight, noise, dencoded)]
    case .reparameterizeWeighted(let encoded, let noise, let z, let logRatio):
      [try reparameterizeWeighted(encoded, noise, z, logRatio)]
    case .bceWithLogits(let logits, let targets, let dlogits, let loss):
      [try bceWithLogits(logits, targets, dlogits, loss)]
    case .squaredError(let outputs, let targets, let activation, let dx, let loss):
      [try squaredError(outputs, targets, activation, dx, loss)]
    case .ganLoss(let logits, let real, let dlogits, let loss, let correct):
      [try ganLoss(logits, real: real, dlogits, loss, correct)]
    case .softmaxCrossEntropy(let logits, let labels, let dlogits, let loss, let correct):
      [try softmaxCrossEntropy(logits, labels, dlogits, loss, correct)]
    case .advance(let state, let batches, let adam): advance(state, batches: batches, adam)
    case .adam(let settings, let state, let arrays, let norms):
      [try adam(settings, state, arrays, norms)]
    case .accumulate(let meter, let rows, let state):
      try accumulate(meter, rows: rows, state)
    case .halfNorms(let x, let halves): [try halfNorms(x, halves)]
    case .largestScores(let scores, let first, let best, let places):
      [try largestScores(scores, first: first, best, places)]
    case .cubedSums(let scores, let scale, let sums):
      [try cubedSums(scores, scale: scale, sums)]
    }
  }

  /// Writes drawn numbers between −1 and 1, each through a function of its place, into a tensor's
  /// stand-in.
  mutating func draw(
    _ tensor: Tensor, through function: (Int, Float) -> Float = { $1 }
  ) throws -> [Float] {
    let elements = numbers(tensor.count, through: function)
    try tensors[tensor].write(elements)
    return elements
  }

  /// Writes drawn bytes below `limit` into a tensor's stand-in.
  func drawBytes(_ tensor: Tensor, below limit: UInt32 = 256) throws -> [UInt8] {
    let bytes = SelfTestNumbers.repeated(
      (0..<SelfTestNumbers.period).map {
        UInt8((UInt32(truncatingIfNeeded: $0 &* 0x9E37_79B1) >> 16) % limit)
      }, to: tensor.count)
    try tensors[tensor].write(bytes)
    return bytes
  }

  /// Makes the current step the first one, over a batch of epoch 0.
  func setState(_ state: StepState, batch: Int = 0) throws {
    try tensors[state].set(step: Int(step), epoch: 0, batch: batch)
  }
}

extension Activation {
  /// The same function in float64.
  var reference: ReferenceActivation {
    switch self {
    case .identity: .identity
    case .relu: .relu
    case .leaky(let slope): .leaky(slope: Double(slope))
    case .tanh: .tanh
    case .sigmoid: .sigmoid
    }
  }
}

extension ReferenceRandom {
  /// A uniform number of a source.
  static func uniform(
    bound: Float, _ source: RandomSource, _ step: UInt32, _ element: Int
  ) -> Float {
    uniform(
      bound: bound, seed: source.seed, stream: source.stream, step: step, element: element)
  }

  /// A standard normal number of a source.
  static func normal(_ source: RandomSource, _ step: UInt32, _ element: Int) -> Double {
    normal(seed: source.seed, stream: source.stream, step: step, element: element)
  }
}
