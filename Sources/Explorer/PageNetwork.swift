import GPUTensor
import GenerativeModels

/// The error for a model that a page cannot run.
package struct ExplorerError: Error, CustomStringConvertible, Equatable {
  /// One line: what the page cannot run.
  package let description: String
}

/// A network as `network.js` runs it: its stages with the places of their numbers.
///
/// The page computes what an evaluation computes, so dropout is left out and a batch normalization
/// is a scaling by its running statistics.
struct PageNetwork {
  /// A stage: what its kind takes, and the activation at its end.
  struct Stage: Encodable {
    /// A function of each element.
    struct Function: Equatable {
      let name: String
      var slope: Float?
    }

    /// `products` for a linear layer or a convolution, `scaling` for a batch normalization,
    /// `upsampling`, or `none` for an activation alone.
    let kind: String
    /// The maps (height, width, channels) that go in and out; features are a map of one pixel.
    let input: Shape
    let output: Shape
    /// The window of products; that of a linear layer has one tap.
    var kernel: Int?
    var stride: Int?
    var padding: Int?
    /// Whether the convolution is transposed: each input is added to all outputs under the window.
    var transposed: Bool?
    /// The weights of products: (output channels, taps, input channels).
    var weight: PackedNumbers.Part?
    var bias: PackedNumbers.Part?
    /// The factors and offsets of a scaling: (channels).
    var scale: PackedNumbers.Part?
    var shift: PackedNumbers.Part?
    /// The number of rows and columns that a pixel becomes.
    var factor: Int?
    /// The function at the end, as `activations` in `network.js` names it.
    var activation = "identity"
    var slope: Float?
  }

  private(set) var stages: [Stage] = []
  private let values: [String: [Float]]
  private let isHalf: Bool

  /// Describes a network.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - values: Its parameters and running statistics by their full names, in the device's order.
  ///   - isHalf: Whether the weights of products have 16 bits.
  ///   - numbers: Receives the numbers.
  /// - Throws: `ExplorerError` for a layer that the page cannot run.
  init(
    _ network: Network, _ values: [String: [Float]], isHalf: Bool, into numbers: inout PackedNumbers
  ) throws(ExplorerError) {
    (self.values, self.isHalf) = (values, isHalf)
    for stage in network.stages {
      stages.append(try describe(stage, network.label(stage), &numbers))
    }
  }

  private func describe(
    _ stage: GenerativeModels.Stage, _ name: String, _ numbers: inout PackedNumbers
  ) throws(ExplorerError) -> Stage {
    var described: Stage
    var function = stage.activation.function
    switch stage.layer {
    case .weighted(let layer):
      described = try products(layer, stage, name, &numbers)
    case .normalization:
      described = Stage(kind: "scaling", input: stage.input.map, output: stage.output.map)
      let (scale, shift) = try scaling(name)
      (described.scale, described.shift) = (numbers.add(scale), numbers.add(shift))
    case .unweighted(let layer as Upsample, _):
      described = Stage(kind: "upsampling", input: stage.input.map, output: stage.output.map)
      described.factor = layer.factor
    case .unweighted(is SiLU, _):
      described = Stage(kind: "none", input: stage.input.map, output: stage.output.map)
      function = Stage.Function(name: "silu")
    case .unweighted(let layer, _): throw unknown(layer, name)
    }
    (described.activation, described.slope) = (function.name, function.slope)
    return described
  }

  /// Describes a layer with weights, whose order on the device is that of `WeightedLayer`.
  private func products(
    _ layer: any WeightedLayer, _ stage: GenerativeModels.Stage, _ name: String,
    _ numbers: inout PackedNumbers
  ) throws(ExplorerError) -> Stage {
    var described: Stage
    let (window, isTransposed): (Conv2DWindow, Bool)
    switch layer {
    case let layer as Linear:
      // A linear layer flattens maps; a reshape of its outputs keeps their order.
      described = Stage(
        kind: "products", input: [1, 1, stage.input.elements], output: [1, 1, layer.outputs])
      (window, isTransposed) = (Conv2DWindow(kernel: 1, stride: 1, padding: 0), false)
    case let layer as Conv2D:
      described = Stage(kind: "products", input: stage.input.map, output: stage.output.map)
      (window, isTransposed) = (layer.window, false)
    case let layer as ConvTranspose2D:
      described = Stage(kind: "products", input: stage.input.map, output: stage.output.map)
      (window, isTransposed) = (layer.window, true)
    default: throw unknown(layer, name)
    }
    (described.kernel, described.stride) = (window.kernel, window.stride)
    (described.padding, described.transposed) = (window.padding, isTransposed)
    let (taps, inputs) = (window.kernel * window.kernel, described.input[2])
    let weight = try array("\(name).weight")
    let ordered = Self.outputsFirst(
      weight, taps: taps, inputs: inputs, outputs: described.output[2], isTransposed: isTransposed)
    described.weight = isHalf ? numbers.add(halvesOf: ordered) : numbers.add(ordered)
    if layer.hasBias { described.bias = numbers.add(try array("\(name).bias")) }
    return described
  }

  /// Reorders weights (taps, inputs, outputs), or (taps, outputs, inputs) of a transposed
  /// convolution, to (outputs, taps, inputs).
  private static func outputsFirst(
    _ weight: [Float], taps: Int, inputs: Int, outputs: Int, isTransposed: Bool
  ) -> [Float] {
    let (inputStep, outputStep) = isTransposed ? (1, inputs) : (outputs, 1)
    return weight.withUnsafeBufferPointer { weight in
      [Float](unsafeUninitializedCapacity: weight.count) { ordered, count in
        for output in 0..<outputs {
          for tap in 0..<taps {
            let start = tap * inputs * outputs + output * outputStep
            for input in 0..<inputs {
              ordered[count] = weight[start + input * inputStep]
              count += 1
            }
          }
        }
      }
    }
  }

  /// Returns the factor and offset of each channel that stand for a batch normalization:
  /// weight / √(variance + 1e-5), and bias − mean · factor.
  private func scaling(_ name: String) throws(ExplorerError) -> ([Float], [Float]) {
    let (weight, bias) = (try array("\(name).weight"), try array("\(name).bias"))
    let (mean, variance) = (try array("\(name).running_mean"), try array("\(name).running_var"))
    let scale = zip(weight, variance).map { Double($0) / (Double($1) + 1e-5).squareRoot() }
    let shift = zip(zip(bias, mean), scale).map { Float(Double($0.0) - Double($0.1) * $1) }
    return (scale.map { Float($0) }, shift)
  }

  private func array(_ name: String) throws(ExplorerError) -> [Float] {
    guard let array = values[name] else {
      throw ExplorerError(description: "'\(name)' has no values")
    }
    return array
  }

  private func unknown(_ layer: any Layer, _ name: String) -> ExplorerError {
    ExplorerError(description: "a page cannot run \(type(of: layer)), the layer of \(name)")
  }
}

extension Activation {
  /// The function as `activations` in `network.js` names it.
  fileprivate var function: PageNetwork.Stage.Function {
    switch self {
    case .identity: .init(name: "identity")
    case .relu: .init(name: "relu")
    case .leaky(let slope): .init(name: "leaky", slope: slope)
    case .tanh: .init(name: "tanh")
    case .sigmoid: .init(name: "sigmoid")
    }
  }
}

extension Shape {
  /// The number of elements.
  fileprivate var elements: Int { reduce(1, *) }

  /// The shape as a map (height, width, channels): features are channels of one pixel.
  fileprivate var map: Shape { count == 3 ? self : [1, 1, elements] }
}
