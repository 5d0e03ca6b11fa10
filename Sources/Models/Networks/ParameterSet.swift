import GPUTensor

/// A parameter on the device, with its gradient and Adam's moments: views of four flat arrays.
public struct Parameter {
  /// Its full name, as in the checkpoint.
  public let name: String
  /// Its shapes and the distribution of its initial values.
  public let spec: ParameterSpec
  /// Its values.
  public let value: Tensor
  /// The gradient of the loss.
  public let gradient: Tensor
  /// Adam's running mean of gradients.
  public let firstMoment: Tensor
  /// Adam's running mean of squared gradients.
  public let secondMoment: Tensor
}

/// The parameters of one network or several, which one optimizer updates. They lie in a flat array,
/// so that Adam takes one launch.
public final class ParameterSet {
  /// All parameters, in the order of the networks and their layers.
  public let parameters: [Parameter]
  /// The running statistics of batch normalizations.
  let statistics: [NormalizationState]
  /// All running statistics, which lie in one flat array; nil if there are none.
  let flatStatistics: Tensor?
  private let values: Tensor
  /// The gradients of all parameters, and the padding between them.
  let gradients: Tensor
  private let firstMoments: Tensor
  private let secondMoments: Tensor

  /// Creates the parameters of networks, all zero.
  public init(_ context: Context, of networks: Network...) {
    let specs = networks.flatMap(\.parameterSpecs)
    let (offsets, end) = Self.layout(of: specs.map(\.spec), on: context)
    func zeros(_ kind: MemoryKind, _ label: String) -> Tensor {
      Tensor(context, [end], kind: kind, zeros: true, label: label)
    }
    let values = zeros(.parameters, "parameters")
    let gradients = zeros(.gradients, "gradients")
    let (first, second) = (zeros(.moments, "first moments"), zeros(.moments, "second moments"))
    parameters = zip(specs, offsets).map { entry, offset in
      func view(_ flat: Tensor) -> Tensor {
        flat.view(at: offset, entry.spec.axes, label: entry.name)
      }
      return Parameter(
        name: entry.name, spec: entry.spec, value: view(values), gradient: view(gradients),
        firstMoment: view(first), secondMoment: view(second))
    }
    let normalizations = networks.flatMap(\.normalizations)
    let (places, length) = Self.layout(of: normalizations.flatMap(\.specs), on: context)
    let running: Tensor? =
      length == 0
      ? nil
      : Tensor(context, [length], kind: .parameters, zeros: true, label: "running statistics")
    var rest = places[...]
    statistics = normalizations.map { name, specs in
      let tensors = zip(specs, rest).compactMap { spec, place in
        running?.view(at: place, spec.axes, label: "\(name).\(spec.name)")
      }
      rest = rest.dropFirst(specs.count)
      return NormalizationState(name: name, specs: specs, in: tensors, on: context)
    }
    flatStatistics = running
    self.values = values
    self.gradients = gradients
    firstMoments = first
    secondMoments = second
  }

  /// Returns the offsets of tensors in a flat array, in elements, and its length. Each tensor
  /// begins where a sub-buffer may. The padding stays zero.
  private static func layout(
    of specs: [ParameterSpec], on context: Context
  ) -> (offsets: [Int], length: Int) {
    let step = context.device.bufferAlignment / ElementType.float32.size
    var offsets: [Int] = []
    var end = 0
    for spec in specs {
      offsets.append(end)
      end += (spec.count + step - 1) / step * step
    }
    return (offsets, end)
  }

  /// The number of parameters.
  public var count: Int { parameters.reduce(0) { $0 + $1.spec.count } }

  /// The number of elements that Adam updates: the parameters and the padding between them.
  package var elementCount: Int { values.count }

  /// Returns the values of all parameters and running statistics by their full names, each in the
  /// device's order of axes.
  ///
  /// - Throws: `OpenCLError`.
  package func elements() throws -> [String: [Float]] {
    let tensors =
      parameters.map { ($0.name, $0.value) }
      + statistics.flatMap(\.tensors).map { ($0.name, $0.tensor) }
    return Dictionary(
      try tensors.map { ($0.0, try $0.1.floats()) }, uniquingKeysWith: { $1 })
  }

  /// Sets Adam's moments and the counts of batches to zero, as before the first step.
  ///
  /// - Throws: `OpenCLError`.
  func clearState() throws {
    try firstMoments.fillZero()
    try secondMoments.fillZero()
    for statistics in statistics { try statistics.batches.fillZero() }
  }

  /// Appends kernels that draw the initial values of parameters, and that set buffers to theirs.
  ///
  /// The values depend on the parameter's index in the model. `first` is the index of the set's
  /// first parameter.
  public func initialize(seed: UInt64, first: Int = 0, on list: CommandList) {
    for (index, parameter) in parameters.enumerated() {
      let label = "\(parameter.name).initialize"
      switch parameter.spec.initially {
      case .uniform(let bound):
        list.fillUniform(
          label, bound: bound, source: RandomStream.initialization.source(seed: seed),
          step: UInt32(first + index), into: parameter.value)
      case .normal(let mean, let deviation):
        list.fillNormal(
          label, mean: mean, deviation: deviation,
          source: RandomStream.initialization.source(seed: seed), step: UInt32(first + index),
          into: parameter.value)
      case .constant(let value): list.fill(label, with: value, into: parameter.value)
      }
    }
    for (name, tensor, spec) in statistics.flatMap(\.tensors) {
      guard case .constant(let value) = spec.initially else { continue }
      list.fill("\(name).initialize", with: value, into: tensor)
    }
  }

  /// All parameters with their gradients and moments, as flat arrays.
  var adamTensors: AdamTensors {
    AdamTensors(
      parameters: values, gradients: gradients, firstMoments: firstMoments,
      secondMoments: secondMoments)
  }
}
