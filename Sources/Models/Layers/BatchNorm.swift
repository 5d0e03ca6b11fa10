import GPUTensor

/// Batch normalization of each feature, or of each channel of a map (Ioffe and Szegedy 2015), as
/// PyTorch's BatchNorm1d and BatchNorm2d: (x − mean) / √(variance + 1e-5) · weight + bias.
///
/// Training normalizes by the mean and the biased variance of the batch. A GAN's images and fakes
/// are batches of their own. Evaluation normalizes by running statistics. Each batch moves these a
/// tenth of the way towards its own mean and its unbiased variance.
///
/// The activation and the dropout that follow it run in its kernel. A reshape of features comes
/// before it.
public struct BatchNorm: Layer {
  /// The layer's name, which its parameters' names contain.
  public let name: String

  public var kind: LayerKind { .normalization(self) }

  /// Creates a layer with the parameters `name.weight` and `name.bias`, and with the buffers
  /// `name.running_mean`, `name.running_var` and `name.num_batches_tracked`.
  public init(_ name: String) { self.name = name }

  public func outputShape(for input: Shape) -> Shape { input }

  /// The weight and the bias, (channels); initially 1 and 0.
  func parameters(of input: Shape) -> [ParameterSpec] {
    [("weight", 1), ("bias", 0)].map { spec($0, of: input, initially: $1) }
  }

  /// The running mean and variance, (channels); initially 0 and 1.
  func statistics(of input: Shape) -> [ParameterSpec] {
    [("running_mean", 0), ("running_var", 1)].map { spec($0, of: input, initially: $1) }
  }

  private func spec(_ name: String, of input: Shape, initially value: Float) -> ParameterSpec {
    let axes = Array(input.suffix(1))
    return ParameterSpec(
      name, axes: axes, torchOrder: [0], torchShape: axes, initially: .constant(value))
  }

  /// The buffer with the number of batches, which is an integer.
  static let countName = "num_batches_tracked"
}
