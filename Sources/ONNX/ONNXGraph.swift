/// A graph of ONNX operators, built node by node.
///
/// Values are known by their names. Every value has the batch as its first axis, whose size is
/// open; a shape here is that of one example. Maps are (channels, height, width), as ONNX's
/// operators take them.
struct ONNXGraph {
  /// An operator with its inputs and outputs.
  struct Node: Equatable {
    let operation: String
    let inputs: [String]
    var outputs: [String]
    let attributes: [String: Attribute]
  }

  /// The value of an operator's attribute.
  enum Attribute: Equatable {
    case integer(Int)
    case integers([Int])
    case number(Float)
    case text(String)
  }

  /// A tensor that is part of the graph.
  struct Constant: Equatable {
    /// The elements.
    enum Elements: Equatable {
      /// F32, little-endian bytes.
      case floats([UInt8])
      case integers([Int])
    }

    let name: String
    let shape: [Int]
    let elements: Elements
  }

  /// An input or an output of the graph.
  struct Port: Equatable {
    let name: String
    /// The shape of an example.
    let shape: [Int]
    /// Whether the elements are INT64 and not FLOAT.
    var isInteger = false
  }

  /// The name of the graph.
  let name: String
  private(set) var nodes: [Node] = []
  private(set) var constants: [Constant] = []
  private(set) var inputs: [Port] = []
  private(set) var outputs: [Port] = []

  init(name: String) { self.name = name }

  /// Adds an input, and returns its name.
  mutating func input(_ name: String, _ shape: [Int], isInteger: Bool = false) -> String {
    inputs.append(Port(name: name, shape: shape, isInteger: isInteger))
    return name
  }

  /// Adds a node with one output, and returns that output's name, such as `3.Relu`.
  mutating func add(
    _ operation: String, _ inputs: [String], _ attributes: [String: Attribute] = [:]
  ) -> String {
    let output = "\(nodes.count).\(operation)"
    nodes.append(
      Node(operation: operation, inputs: inputs, outputs: [output], attributes: attributes))
    return output
  }

  /// Gives the outputs of the last node these names, and makes them outputs of the graph.
  mutating func finish(_ ports: [Port]) {
    outputs = ports
    nodes[nodes.count - 1].outputs = ports.map(\.name)
  }

  /// Adds a constant, and returns its name.
  mutating func constant(_ constant: Constant) -> String {
    constants.append(constant)
    return constant.name
  }

  /// Adds integers, an operand `what` of the next node, and returns their name. Without a shape
  /// they are a vector.
  mutating func integers(_ what: String, _ values: [Int], shape: [Int]? = nil) -> String {
    constant(
      Constant(
        name: "\(nodes.count).\(what)", shape: shape ?? [values.count],
        elements: .integers(values)))
  }

  /// Adds floats for the next node, as `integers` does.
  mutating func floats(_ what: String, _ values: [Float]) -> String {
    constant(
      Constant(
        name: "\(nodes.count).\(what)", shape: [values.count],
        elements: .floats(values.withUnsafeBytes { [UInt8]($0) })))
  }
}
