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

  /// Creates the statistics of a layer, zero until they are initialized.
  init(name layer: String, specs: [ParameterSpec], on context: Context) {
    self.layer = layer
    func buffer(_ name: String, _ shape: [Int], _ type: GPUTensor.ElementType) -> Tensor {
      Tensor(context, shape, type, kind: .parameters, zeros: true, label: "\(layer).\(name)")
    }
    tensors = specs.map { ("\(layer).\($0.name)", buffer($0.name, $0.axes, .float32), $0) }
    batches = buffer(BatchNorm.countName, [1], .word)
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
