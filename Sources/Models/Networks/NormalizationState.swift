import GPUTensor
import SafeTensors

/// The running statistics of a batch normalization: buffers of a checkpoint with PyTorch's names.
struct NormalizationState {
  /// The layer's full name.
  let layer: String
  /// The running mean and variance with their full names.
  let tensors: [(name: String, tensor: Tensor, spec: ParameterSpec)]
  /// The number of batches, one word.
  let batches: Tensor
  /// The full name of the number of batches.
  var countName: String { "\(layer).\(BatchNorm.countName)" }

  /// Creates the statistics of a layer in tensors, which are in the order of `specs`.
  init(name layer: String, specs: [ParameterSpec], in tensors: [Tensor], on context: Context) {
    self.layer = layer
    self.tensors = zip(specs, tensors).map { ("\(layer).\($0.name)", $1, $0) }
    batches = Self.count(of: layer, on: context)
  }

  /// Creates the statistics of a layer that no parameter set has, zero.
  init(of layer: String, _ specs: [ParameterSpec], on context: Context) {
    let tensors = specs.map {
      Tensor(context, $0.axes, kind: .parameters, zeros: true, label: "\(layer).\($0.name)")
    }
    self.init(name: layer, specs: specs, in: tensors, on: context)
  }

  /// Creates a count of batches, zero.
  private static func count(of layer: String, on context: Context) -> Tensor {
    Tensor(
      context, [1], .word, kind: .parameters, zeros: true,
      label: "\(layer).\(BatchNorm.countName)")
  }

  /// Returns the running statistics with another count of batches, which nothing reads.
  func uncounted(on context: Context) -> RunningStatistics {
    RunningStatistics(
      mean: tensors[0].tensor, variance: tensors[1].tensor,
      batches: Self.count(of: layer, on: context))
  }

  var running: RunningStatistics {
    RunningStatistics(mean: tensors[0].tensor, variance: tensors[1].tensor, batches: batches)
  }
}

extension SafeTensor {
  /// Makes an I64 scalar, as PyTorch saves a number of batches.
  init(name: String, batches: UInt32) {
    let bytes = withUnsafeBytes(of: Int64(batches).littleEndian) { [UInt8]($0) }
    self.init(name: name, elementType: .int64, shape: [], data: bytes)
  }

  /// The number of batches in an I64 scalar; nil for another tensor, or if it is negative or too
  /// large.
  var batches: UInt32? {
    guard elementType == .int64, shape.isEmpty, data.count == 8 else { return nil }
    let value = data.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return UInt32(exactly: value)
  }
}
