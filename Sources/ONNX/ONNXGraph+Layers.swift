import GPUTensor
import GenerativeModels
import SafeTensors

/// The operators of a network's layers (https://onnx.ai/onnx/operators), as PyTorch's layers of the
/// same names compute them.
extension ONNXGraph {
  /// Adds the layers of a network in their order.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - weights: Its parameters and running statistics by their full names.
  ///   - x: The input, which the labels have joined.
  /// - Returns: The output, of shape `network.output`.
  /// - Throws: `ONNXError`; `ShapeError` if a layer does not fit.
  mutating func add(
    _ network: Network, _ weights: [String: SafeTensor], to x: String
  ) throws -> String {
    var (y, shape) = (x, network.joinedInput)
    for layer in network.layers {
      let output = try layer.outputShape(for: shape)
      y = try add(layer, to: y, from: shape, to: output) { layer, parameter in
        let name = network.fullName(layer, parameter)
        guard let tensor = weights[name] else {
          throw ONNXError(description: "it has no tensor '\(name)'")
        }
        return Constant(name: name, shape: tensor.shape, elements: .floats(tensor.data))
      }
      shape = output
    }
    return y
  }

  /// Returns a parameter by its layer's name and its own.
  private typealias Parameters = (_ layer: String, _ parameter: String) throws -> Constant

  private mutating func add(
    _ layer: any Layer, to x: String, from input: Shape, to output: Shape, _ parameters: Parameters
  ) throws -> String {
    switch layer.kind {
    case .weighted(let layer):
      var operands = [constant(try parameters(layer.name, "weight"))]
      if layer.hasBias { operands.append(constant(try parameters(layer.name, "bias"))) }
      return try add(layer, to: x, from: input, operands)
    case .normalization(let layer):
      let operands = try ["weight", "bias", "running_mean", "running_var"].map {
        constant(try parameters(layer.name, $0))
      }
      return add("BatchNormalization", [x] + operands, ["epsilon": .number(1e-5)])
    case .unweighted(let layer): return try add(layer, to: x)
    case .activation(let function): return add(function, to: x)
    // Only training drops anything.
    case .dropout: return x
    case .reshape: return reshape(x, to: output.channelsFirst)
    }
  }

  /// Adds a layer with weights; `operands` are its weight and its bias, if it has one.
  private mutating func add(
    _ layer: any WeightedLayer, to x: String, from input: Shape, _ operands: [String]
  ) throws -> String {
    switch layer {
    case is Linear:
      // PyTorch flattens a map in the order (channel, row, column).
      let rows = input.count == 1 ? x : reshape(x, to: [input.reduce(1, *)])
      return add("Gemm", [rows] + operands, ["transB": .integer(1)])
    case let layer as Conv2D: return add("Conv", [x] + operands, layer.window.attributes)
    case let layer as ConvTranspose2D:
      var attributes = layer.window.attributes
      attributes["output_padding"] = .integers([layer.outputPadding, layer.outputPadding])
      return add("ConvTranspose", [x] + operands, attributes)
    default: throw ONNXError(layer)
    }
  }

  private mutating func add(_ layer: any UnweightedLayer, to x: String) throws -> String {
    switch layer {
    case is SiLU: return add("Mul", [x, add("Sigmoid", [x])])
    case let layer as Upsample:
      let factor = Float(layer.factor)
      let scales = floats("scales", [1, 1, factor, factor])
      return add(
        "Resize", [x, "", scales],
        [
          "mode": .text("nearest"), "coordinate_transformation_mode": .text("asymmetric"),
          "nearest_mode": .text("floor"),
        ])
    default: throw ONNXError(layer)
    }
  }

  private mutating func add(_ function: Activation, to x: String) -> String {
    switch function {
    case .identity: x
    case .relu: add("Relu", [x])
    case .leaky(let slope): add("LeakyRelu", [x], ["alpha": .number(slope)])
    case .tanh: add("Tanh", [x])
    case .sigmoid: add("Sigmoid", [x])
    }
  }

  /// Gives each example another shape. The elements keep their order.
  mutating func reshape(_ x: String, to shape: [Int]) -> String {
    // 0 stands for the size of the input's axis.
    add("Reshape", [x, integers("shape", [0] + shape)])
  }
}

extension Conv2DWindow {
  fileprivate var attributes: [String: ONNXGraph.Attribute] {
    [
      "kernel_shape": .integers([kernel, kernel]), "strides": .integers([stride, stride]),
      "pads": .integers([Int](repeating: padding, count: 4)),
    ]
  }
}

extension Shape {
  /// The shape with its channels first, as ONNX has maps; features stay as they are.
  var channelsFirst: [Int] { count == 3 ? [self[2], self[0], self[1]] : self }
}

/// The error for a model that cannot be written as ONNX.
package struct ONNXError: Error, CustomStringConvertible, Equatable {
  /// One line: what cannot be written.
  package let description: String

  init(description: String) { self.description = description }

  init(_ layer: any Layer) {
    self.init(description: "no ONNX operator is known for the layer \(type(of: layer))")
  }
}
