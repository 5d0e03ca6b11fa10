/// The description of a network: its layers in order, without memory on a device.
///
/// ```swift
/// let encoder = Network(prefix: "encoder", input: 28, 28, 1) {
///   Conv2D("conv", to: 32, stride: 2); LeakyReLU(); Dropout2D(0.25)
///   Linear("fc", to: 2 * 16)
/// }
/// ```
public struct Network: Sendable {
  /// The prefix of its parameters' names; may be empty.
  public let prefix: String
  /// The shape of an input example.
  public let input: Shape
  /// The number of classes whose labels join its inputs; 0 for none.
  public let labels: Int
  /// The shape of an input example with its label: the one-hot code of the label follows the
  /// channels of each position.
  package let joinedInput: Shape
  /// The distribution from which its weights are drawn.
  public let initialWeights: InitialWeights
  /// Its layers with kernels of their own, each with the layers that run in its epilogue.
  public let stages: [Stage]
  /// Why there are no stages; nil if the layers fit together.
  let flaw: LayerError?
  /// Its layers in order, as they were given.
  package let layers: [any Layer]

  /// The shape of an output example.
  public var output: Shape { stages.last?.output ?? input }

  /// Creates a network that takes examples of shape `input`.
  ///
  /// If a layer does not fit, the network has no stages. The initializer of the model then throws
  /// an error that says why.
  ///
  /// - Parameters:
  ///   - prefix: The prefix of its parameters' names; may be empty.
  ///   - input: The shape of an input example.
  ///   - labels: The number of classes that it is conditional on, from 2 to 256, or 0 for none. The
  ///     one-hot code of an example's label follows the channels of each of its positions.
  ///   - initialWeights: The distribution from which its weights are drawn.
  ///   - layers: The layers.
  public init(
    prefix: String = "", input: Int..., labels: Int = 0, initialWeights: InitialWeights = .torch,
    @NetworkBuilder layers: () -> [any Layer]
  ) {
    self.init(
      prefix: prefix, input: input, labels: labels, initialWeights: initialWeights,
      layers: layers())
  }

  /// Creates a network of layers in an array, as the public initializer does.
  init(
    prefix: String, input: Shape, labels: Int = 0, initialWeights: InitialWeights = .torch,
    layers: [any Layer]
  ) {
    self.prefix = prefix
    self.input = input
    self.labels = labels
    let joined = Array(input.dropLast()) + (input.last.map { [$0 + labels] } ?? [])
    joinedInput = joined
    self.initialWeights = initialWeights
    self.layers = layers
    do throws(LayerError) {
      try initialWeights.check()
      guard labels == 0 || Self.labelCounts.contains(labels) else {
        throw LayerError(
          layer: "the input",
          reason: "is joined by labels of \(labels) classes; take from 2 to 256, or 0 for none")
      }
      (stages, flaw) = (try Stage.fuse(layers, input: joined, labels: labels), nil)
    } catch {
      (stages, flaw) = ([], error)
    }
  }

  /// The numbers of classes that a network may be conditional on.
  static let labelCounts = 2...256

  /// Its batch normalizations: the full name of each, and its running statistics.
  var normalizations: [(name: String, specs: [ParameterSpec])] {
    stages.compactMap { stage in
      guard case .normalization(let layer) = stage.layer else { return nil }
      return (label(stage), layer.statistics(of: stage.input))
    }
  }

  /// The running statistics with their full names.
  var statisticsSpecs: [(name: String, spec: ParameterSpec)] {
    normalizations.flatMap { name, specs in specs.map { ("\(name).\($0.name)", $0) } }
  }

  /// The full names of the numbers of batches.
  var countNames: [String] { normalizations.map { "\($0.name).\(BatchNorm.countName)" } }

  /// The number of its parameters.
  public var parameterCount: Int {
    parameterSpecs.reduce(0) { $0 + $1.spec.count }
  }

  /// Its parameters with their full names, layer by layer.
  var parameterSpecs: [(name: String, spec: ParameterSpec)] {
    stages.flatMap { stage in
      stage.parameters.map { spec in
        var drawn = spec
        drawn.initially = initialWeights.values(of: spec)
        return (fullName(stage, spec), drawn)
      }
    }
  }

  /// Returns a parameter's full name, as in a checkpoint.
  func fullName(_ stage: Stage, _ spec: ParameterSpec) -> String {
    fullName(stage.layer.name, spec.name)
  }

  /// Returns the full name of a layer's parameter or buffer, as in a checkpoint.
  package func fullName(_ layer: String, _ parameter: String) -> String {
    [prefix, layer, parameter].filter { !$0.isEmpty }.joined(separator: ".")
  }

  /// Returns the full name of the layer of a launch or a parameter, which the launch's label or the
  /// parameter's name begins with; nil if it does not belong to this network.
  package func layerName(of label: String) -> String? {
    stages.lazy.map(self.label).first { label.hasPrefix($0 + ".") }
  }

  /// The full name of the join of labels, which the labels of its launches begin with.
  var joinLabel: String { [prefix, "labels"].filter { !$0.isEmpty }.joined(separator: ".") }

  /// Returns a stage's full name, which the labels of its launches begin with.
  package func label(_ stage: Stage) -> String {
    ([prefix, stage.layer.name].filter { !$0.isEmpty }).joined(separator: ".")
  }
}

/// Collects the layers of a `Network`.
@resultBuilder
public enum NetworkBuilder {
  /// Returns the layers, one per expression.
  public static func buildBlock(_ layers: any Layer...) -> [any Layer] { layers }
}
