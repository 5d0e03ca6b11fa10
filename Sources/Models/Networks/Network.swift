/// Layers in order, as a table of the paper lists them: shapes and names, and no memory.
public struct Network: Sendable {
  /// What stands before the names of its parameters; empty where nothing does.
  public let prefix: String
  /// The shape of an input example.
  public let input: Shape
  /// Its layers with what follows each, fused.
  public let stages: [Stage]
  /// Why there are no stages; nil where the layers can be fused.
  let flaw: LayerError?

  /// The shape of an output example.
  public var output: Shape { stages.last?.output ?? input }

  /// A network that takes examples of shape `input`.
  ///
  /// Layers that cannot be there leave it without stages; the check of its model says why.
  public init(
    prefix: String = "", input: Int..., @NetworkBuilder layers: () -> [any Layer]
  ) {
    self.prefix = prefix
    self.input = input
    do {
      (stages, flaw) = (try Stage.fuse(layers(), input: input), nil)
    } catch {
      (stages, flaw) = ([], error)
    }
  }

  /// The number of its parameters.
  public var parameterCount: Int {
    parameterSpecs.reduce(0) { $0 + $1.spec.count }
  }

  /// Its parameters under their full names, layer by layer.
  var parameterSpecs: [(name: String, spec: ParameterSpec)] {
    stages.flatMap { stage in stage.parameters.map { (fullName(stage, $0), $0) } }
  }

  /// A parameter's full name, as the checkpoint has it.
  func fullName(_ stage: Stage, _ spec: ParameterSpec) -> String {
    ([prefix, stage.layer.name, spec.name].filter { !$0.isEmpty }).joined(separator: ".")
  }

  /// The full name of the layer that a launch's label or a parameter's name begins with; nil where it is none of this
  /// network's.
  package func layerName(of label: String) -> String? {
    stages.lazy.map(self.label).first { label.hasPrefix($0 + ".") }
  }

  /// A stage's name in labels.
  package func label(_ stage: Stage) -> String {
    ([prefix, stage.layer.name].filter { !$0.isEmpty }).joined(separator: ".")
  }
}

/// Collects the layers of a `Network`.
@resultBuilder
public enum NetworkBuilder {
  /// The layers, one expression each.
  public static func buildBlock(_ layers: any Layer...) -> [any Layer] { layers }
}
