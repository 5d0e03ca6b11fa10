import SafeTensors
import Testing

@testable import GenerativeModels
@testable import ONNX

/// The operators of networks. `scripts/check-onnx` compares what they compute.
@Suite struct ONNXModelTests {
  /// Exports a network with weights that are all zero.
  private func export(
    _ part: ExportableNetwork, of model: any GenerativeModel, _ shapes: [String: [Int]]
  ) throws -> ONNXGraph {
    let weights = shapes.map { name, shape in
      SafeTensor(
        name: name, shape: shape, floats: [Float](repeating: 0, count: shape.reduce(1, *)))
    }
    return try ONNXModel(part, of: model, weights: weights, metadata: []).graph
  }

  /// A model whose networks have every kind of layer.
  private func model(labels: Int = 0) throws -> VAE {
    try VAE(
      name: "every-layer",
      encoder: Network(prefix: "e", input: 4, 4, 3, labels: labels) {
        Conv2D("conv", to: 8, kernel: 4, stride: 2).withoutBias(); BatchNorm("norm"); LeakyReLU(0.1)
        Dropout2D(0.5); Upsample(); SiLU(); Linear("fc0", to: 9); Tanh(); Dropout(0.5)
        Linear("fc", to: 6)
      },
      decoder: Network(prefix: "d", input: 3, labels: labels) {
        Linear("fc", to: 20); Reshape(2, 2, 5); ReLU()
        ConvTranspose2D("up", to: 3, kernel: 3, stride: 2, padding: 1); Sigmoid()
      })
  }

  private let encoder = [
    "e.conv.weight": [8, 3, 4, 4], "e.norm.weight": [8], "e.norm.bias": [8],
    "e.norm.running_mean": [8], "e.norm.running_var": [8], "e.fc0.weight": [9, 128],
    "e.fc0.bias": [9], "e.fc.weight": [6, 9], "e.fc.bias": [6],
  ]
  private let decoder = [
    "d.fc.weight": [20, 3], "d.fc.bias": [20], "d.up.weight": [5, 3, 3, 3], "d.up.bias": [3],
  ]

  @Test func everyLayerHasItsOperators() throws {
    let graph = try export(.encoder, of: model(), encoder)
    #expect(
      graph.nodes.map(\.operation) == [
        "Conv", "BatchNormalization", "LeakyRelu", "Resize", "Sigmoid", "Mul", "Reshape", "Gemm",
        "Tanh", "Gemm", "Split",
      ])
    #expect(graph.nodes[0].inputs == ["images", "e.conv.weight"])
    #expect(
      graph.nodes[0].attributes == [
        "kernel_shape": .integers([4, 4]), "strides": .integers([2, 2]),
        "pads": .integers([1, 1, 1, 1]),
      ])
    #expect(graph.inputs == [.init(name: "images", shape: [3, 4, 4])])
    #expect(graph.outputs.map(\.name) == ["mean", "log_variance"])
    #expect(graph.outputs.map(\.shape) == [[3], [3]])
    let images = try export(.decoder, of: model(), decoder)
    #expect(
      images.nodes.map(\.operation) == ["Gemm", "Reshape", "Relu", "ConvTranspose", "Sigmoid"])
    #expect(images.nodes[3].attributes["output_padding"] == .integers([1, 1]))
    #expect(images.nodes.last?.outputs == ["images"])
    #expect(images.outputs == [.init(name: "images", shape: [3, 4, 4])])
  }

  /// A layer that is new in model files also has to be in these networks.
  @Test func theNetworksHaveAllLayersOfModelFiles() throws {
    let layers = try model().networks.flatMap(\.value.layers)
    let words = Set(layers.compactMap { LayerDescription($0)?.word })
    #expect(words == Set(LayerWord.all.map(\.word)))
  }

  @Test func labelsJoinFeaturesAndMaps() throws {
    var widened = decoder
    widened["d.fc.weight"] = [20, 7]
    let images = try export(.decoder, of: model(labels: 4), widened)
    #expect(images.inputs.map(\.name) == ["z", "labels"])
    #expect(images.nodes.map(\.operation).prefix(3) == ["OneHot", "Concat", "Gemm"])
    var joined = encoder
    joined["e.conv.weight"] = [8, 7, 4, 4]
    let graph = try export(.encoder, of: model(labels: 4), joined)
    #expect(
      graph.nodes.map(\.operation).prefix(5) == ["OneHot", "Reshape", "Expand", "Concat", "Conv"])
  }

  /// In the program a row of pixels has the channels last, and in ONNX images have them first.
  @Test func rowsOfColouredPixelsBecomeMaps() throws {
    let flat = try VAE(
      name: "flat",
      encoder: Network(prefix: "e", input: 4, 4, 3) { Linear("fc", to: 6) },
      decoder: Network(prefix: "d", input: 3) {
        Linear("fc", to: 48); Sigmoid()
      })
    let graph = try export(.decoder, of: flat, ["d.fc.weight": [48, 3], "d.fc.bias": [48]])
    #expect(graph.nodes.map(\.operation) == ["Gemm", "Sigmoid", "Reshape", "Transpose"])
    #expect(graph.nodes.last?.attributes == ["perm": .integers([0, 3, 1, 2])])
    #expect(graph.constants.last?.elements == .integers([0, 4, 4, 3]))
  }

  @Test func whatCannotBeWritten() throws {
    #expect(throws: ONNXError(description: "every-layer has no generator")) {
      try export(.generator, of: model(), [:])
    }
    #expect(throws: ONNXError(description: "it has no tensor 'd.fc.weight'")) {
      try export(.decoder, of: model(), [:])
    }
  }
}
