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
  /// Its weighted layers, each with the layers that run in its epilogue.
  public let stages: [Stage]
  /// Why there are no stages; nil if the layers fit together.
  let flaw: LayerError?
  /// Its layers in order, as they were given.
  let layers: [any Layer]

  /// The shape of an output example.
  public var output: Shape { stages.last?.output ?? input }

  /// Creates a network that takes examples of shape `input`.
  ///
  /// If a layer does not fit, the network has no stages. The initializer of the model then throws
  /// an error that says why.
  public init(
    prefix: String = "", input: Int..., @NetworkBuilder layers: () -> [any Layer]
  ) {
    self.init(prefix: prefix, input: input, layers: layers())
  }

  /// Creates a network of layers in an array, as the public initializer does.
  init(prefix: String, input: Shape, layers: [any Layer]) {
    self.prefix = prefix
    self.input = input
    self.layers = layers
    do {
      (stages, flaw) = (try Stage.fuse(layers, input: input), nil)
    } catch {
      (stages, flaw) = ([], error)
    }
  }

  /// The number of its parameters.
  public var parameterCount: Int {
    parameterSpecs.reduce(0) { $0 + $1.spec.count }
  }

  /// Its parameters with their full names, layer by layer.
  var parameterSpecs: [(name: String, spec: ParameterSpec)] {
    stages.flatMap { stage in stage.parameters.map { (fullName(stage, $0), $0) } }
  }

  /// Returns a parameter's full name, as in a checkpoint.
  func fullName(_ stage: Stage, _ spec: ParameterSpec) -> String {
    ([prefix, stage.layer.name, spec.name].filter { !$0.isEmpty }).joined(separator: ".")
  }

  /// Returns the full name of the layer of a launch or a parameter, which the launch's label or the
  /// parameter's name begins with; nil if it does not belong to this network.
  package func layerName(of label: String) -> String? {
    stages.lazy.map(self.label).first { label.hasPrefix($0 + ".") }
  }

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
