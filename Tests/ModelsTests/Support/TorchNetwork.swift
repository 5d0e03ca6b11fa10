import GPUTensor
import Reference
import SafeTensors
import TestSupport

@testable import GenerativeModels

/// Runs a network on a state dict as PyTorch does, by plain loops in float64 over PyTorch's
/// layouts. Maps are (channel, row, column). Weights are (out, in) for `Linear`, (out, in, ky, kx)
/// for `Conv2d` and (in, out, ky, kx) for `ConvTranspose2d`.
struct TorchNetwork {
  let network: Network
  let state: SafeTensorsFile

  /// The output for an example, both as flattened maps or features. Dropout is off.
  func forward(_ example: [Double]) throws -> [Double] {
    var x = Map(example, deviceShape: network.stages.first?.input ?? network.input)
    for stage in network.stages {
      if case .unweighted(let layer, _) = stage.layer {
        if let layer = layer as? Upsample {
          x = upsample(x, by: layer.factor)
        } else {
          x.elements = x.elements.map(ReferenceSiLU.value)
        }
        continue
      }
      func tensor(_ name: String) throws -> Weights {
        let name = "\(network.label(stage)).\(name)"
        guard let tensor = state[name] else {
          throw CheckpointError(description: "the state dict has no '\(name)'")
        }
        return Weights(shape: tensor.shape, elements: try tensor.floats().doubles)
      }
      let weight = try tensor("weight")
      let bias =
        stage.layer.hasBias
        ? try tensor("bias").elements
        : [Double](repeating: 0, count: weight.outputs(of: stage.layer))
      switch stage.layer {
      case .weighted(let layer as Conv2D): x = convolution(x, weight, bias: bias, layer.window)
      case .weighted(let layer as ConvTranspose2D):
        x = transposedConvolution(x, weight, bias: bias, layer)
      case .unweighted: break
      case .weighted: x.elements = linear(x.elements, weight, bias: bias)
      case .normalization:
        let (mean, variance) = (try tensor("running_mean"), try tensor("running_var"))
        let pixels = x.elements.count / bias.count
        x.elements = x.elements.enumerated().map { index, element in
          let channel = index / pixels
          return (element - mean.elements[channel])
            / (variance.elements[channel] + 1e-5).squareRoot() * weight.elements[channel]
            + bias[channel]
        }
      }
      x = Map(stage.activation.reference.forward(x.elements), deviceShape: stage.output)
    }
    return x.elements
  }

  /// y[o, r, c] = x[o, ⌊r / F⌋, ⌊c / F⌋].
  private func upsample(_ x: Map, by factor: Int) -> Map {
    let channels = x.elements.count / (x.height * x.width)
    var y = Map(
      bias: [Double](repeating: 0, count: channels), height: factor * x.height,
      width: factor * x.width)
    for channel in 0..<channels {
      for row in 0..<y.height {
        for column in 0..<y.width {
          y[channel, row, column] = x[channel, row / factor, column / factor]
        }
      }
    }
    return y
  }

  /// y[o] = Σ w[o, i] x[i] + b[o].
  private func linear(_ x: [Double], _ weight: Weights, bias: [Double]) -> [Double] {
    var y = bias
    for (index, w) in weight.elements.enumerated() where w != 0 {
      y[index / x.count] += w * x[index % x.count]
    }
    return y
  }

  /// y[o, r, c] = Σ w[o, i, ky, kx] x[i, S r + ky − P, S c + kx − P] + b[o].
  private func convolution(
    _ x: Map, _ weight: Weights, bias: [Double], _ window: Conv2DWindow
  ) -> Map {
    let (stride, padding) = (window.stride, window.padding)
    func size(_ input: Int) -> Int { (input + 2 * padding - window.kernel) / stride + 1 }
    var y = Map(bias: bias, height: size(x.height), width: size(x.width))
    weight.forEachTap { o, i, ky, kx, w in
      for row in 0..<y.height {
        for column in 0..<y.width {
          y[o, row, column] += w * x[i, stride * row + ky - padding, stride * column + kx - padding]
        }
      }
    }
    return y
  }

  /// y[o, S r + ky − P, S c + kx − P] = Σ w[i, o, ky, kx] x[i, r, c] + b[o].
  private func transposedConvolution(
    _ x: Map, _ weight: Weights, bias: [Double], _ layer: ConvTranspose2D
  ) -> Map {
    let (stride, padding) = (layer.window.stride, layer.window.padding)
    func size(_ input: Int) -> Int {
      (input - 1) * stride - 2 * padding + layer.window.kernel + layer.outputPadding
    }
    var y = Map(bias: bias, height: size(x.height), width: size(x.width))
    weight.forEachTap { i, o, ky, kx, w in
      for row in 0..<x.height {
        for column in 0..<x.width {
          y[o, stride * row + ky - padding, stride * column + kx - padding] += w * x[i, row, column]
        }
      }
    }
    return y
  }
}

/// A tensor of a state dict.
private struct Weights {
  let shape: [Int]
  let elements: [Double]

  /// The number of the layer's outputs, or of its output channels.
  func outputs(of layer: StageLayer) -> Int {
    if case .weighted(_ as ConvTranspose2D) = layer { shape[1] } else { shape[0] }
  }

  /// Calls `body` with the four indices of each element that is not zero, and the element.
  func forEachTap(_ body: (Int, Int, Int, Int, Double) -> Void) {
    for (index, element) in elements.enumerated() where element != 0 {
      let (rows, columns) = (shape[2], shape[3])
      let (tap, pair) = (index % (rows * columns), index / (rows * columns))
      body(pair / shape[1], pair % shape[1], tap / columns, tap % columns, element)
    }
  }
}

/// A map (channel, row, column), packed; features are channels of one pixel.
private struct Map {
  let height: Int
  let width: Int
  var elements: [Double]

  /// Makes a map of PyTorch's whose shape on the device is (height, width, channels), or
  /// (features).
  init(_ elements: [Double], deviceShape shape: Shape) {
    (height, width) = shape.count == 3 ? (shape[0], shape[1]) : (1, 1)
    self.elements = elements
  }

  /// Makes a map with the bias of each channel in all its pixels.
  init(bias: [Double], height: Int, width: Int) {
    self.height = height
    self.width = width
    elements = bias.flatMap { [Double](repeating: $0, count: height * width) }
  }

  /// A pixel. Outside the map it is 0, and writes are ignored.
  subscript(channel: Int, row: Int, column: Int) -> Double {
    get { contains(row, column) ? elements[(channel * height + row) * width + column] : 0 }
    set {
      if contains(row, column) { elements[(channel * height + row) * width + column] = newValue }
    }
  }

  private func contains(_ row: Int, _ column: Int) -> Bool {
    row >= 0 && row < height && column >= 0 && column < width
  }
}
