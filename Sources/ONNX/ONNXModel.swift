import GenerativeModels
import Protobuf
import SafeTensors

/// A network of a model that can be written as ONNX, by its role.
package enum ExportableNetwork: String, CaseIterable, Sendable {
  /// The network of a VAE that makes images.
  case decoder
  /// The network of a GAN that makes images.
  case generator
  /// The network of a VAE that encodes images.
  case encoder
  /// The network of a GAN that judges images.
  case discriminator

  /// Returns the role of the network that makes a model's images; nil for none.
  package static func maker(in model: any GenerativeModel) -> Self? {
    allCases.first { $0.network(of: model) != nil && !$0.takesImages }
  }

  /// Returns the model's network with this role; nil if it has none.
  package func network(of model: any GenerativeModel) -> Network? {
    model.networks.first { $0.key == rawValue }?.value
  }

  fileprivate var takesImages: Bool {
    switch self {
    case .decoder, .generator: false
    case .encoder, .discriminator: true
    }
  }
}

/// A network as an ONNX model (https://onnx.ai): a graph of standard operators in float32, as it
/// computes after training. Batch normalization uses its running statistics; dropout is left out.
///
/// All inputs and outputs begin with the batch, an axis of any size. Images are (batch, channels,
/// height, width) in the model's own range.
///
/// - A decoder or generator makes `images` of `z` (batch, latent).
/// - An encoder makes `mean` and `log_variance`, (batch, latent), of `images`.
/// - A discriminator makes `logits` (batch), above 0 for real, of `images`.
///
/// A network with labels also takes `labels` (batch), INT64: the number of each example's class.
package struct ONNXModel {
  /// The version of the operators (https://onnx.ai/onnx/operators).
  static let operatorVersion = 17
  /// The version of the format that came with these operators, in ONNX 1.12.
  static let formatVersion = 8

  let graph: ONNXGraph
  /// Text about the model, in its order in the file.
  let metadata: [(key: String, value: String)]

  /// Builds the graph of a model's network.
  ///
  /// - Parameters:
  ///   - part: The network.
  ///   - model: The model.
  ///   - weights: The network's parameters and running statistics, F32, with PyTorch's names and
  ///     layouts.
  ///   - metadata: Text about the model, for the file's metadata.
  /// - Throws: `ONNXError` if the model has no such network, or a layer without a known operator.
  package init(
    _ part: ExportableNetwork, of model: any GenerativeModel, weights: [SafeTensor],
    metadata: [(key: String, value: String)]
  ) throws {
    guard let network = part.network(of: model) else {
      throw ONNXError(description: "\(model.name) has no \(part.rawValue)")
    }
    self.metadata = metadata
    let named = Dictionary(weights.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    var graph = ONNXGraph(name: "\(model.name) \(part.rawValue)")
    let images = ONNXGraph.Port(name: "images", shape: model.imageShape.sizes.channelsFirst)
    var x = graph.input(
      part.takesImages ? images.name : "z", part.takesImages ? images.shape : network.input)
    if part.takesImages { x = graph.convert(x, from: model.imageShape.sizes, to: network.input) }
    if network.labels > 0 { x = graph.join(graph.input("labels", [], isInteger: true), network, x) }
    let y = try graph.add(network, named, to: x)
    switch part {
    case .decoder, .generator:
      _ = graph.convert(y, from: network.output, to: model.imageShape.sizes)
      graph.finish([images])
    case .encoder:
      let rows = graph.convert(y, from: network.output, to: [2 * model.latent])
      let halves = graph.integers("split", [model.latent, model.latent])
      _ = graph.add("Split", [rows, halves], ["axis": .integer(1)])
      graph.finish(["mean", "log_variance"].map { .init(name: $0, shape: [model.latent]) })
    case .discriminator:
      let shape = graph.integers("shape", [-1])
      _ = graph.add("Reshape", [y, shape])
      graph.finish([.init(name: "logits", shape: [])])
    }
    self.graph = graph
  }

  /// Returns the bytes of the file, a ModelProto (onnx/onnx.proto).
  ///
  /// - Parameter version: The version of the program that writes it.
  package func encoded(version: String) -> [UInt8] {
    var operators = ProtobufMessage()
    operators.append(1, "")
    operators.append(2, Self.operatorVersion)
    var message = ProtobufMessage()
    message.append(1, Self.formatVersion)
    message.append(2, "gputrain")
    message.append(3, version)
    message.append(7, graph.message)
    message.append(8, operators)
    for (key, value) in metadata {
      var entry = ProtobufMessage()
      entry.append(1, key)
      entry.append(2, value)
      message.append(14, entry)
    }
    return message.bytes
  }
}

extension ONNXGraph {
  /// Joins examples, (features) or maps, with the one-hot codes of their labels, which become the
  /// last features or channels.
  fileprivate mutating func join(_ labels: String, _ network: Network, _ x: String) -> String {
    let depth = integers("depth", [network.labels], shape: [])
    var codes = add("OneHot", [labels, depth, floats("values", [0, 1])], ["axis": .integer(-1)])
    if network.input.count == 3 {
      codes = reshape(codes, to: [network.labels, 1, 1])
      let shape = [1, network.labels, network.input[0], network.input[1]]
      codes = add("Expand", [codes, integers("shape", shape)])
    }
    return add("Concat", [x, codes], ["axis": .integer(1)])
  }

  /// Gives examples another shape, whose elements have the same order on the device: row, column,
  /// channel.
  fileprivate mutating func convert(_ x: String, from old: Shape, to new: Shape) -> String {
    guard old != new else { return x }
    var y = x
    if old.ordersDiffer { y = add("Transpose", [y], ["perm": .integers([0, 2, 3, 1])]) }
    guard new.ordersDiffer else { return reshape(y, to: new.channelsFirst) }
    return add("Transpose", [reshape(y, to: new)], ["perm": .integers([0, 3, 1, 2])])
  }
}

extension Shape {
  /// Whether an example's elements have another order with the channels first.
  fileprivate var ordersDiffer: Bool { count == 3 && self[2] > 1 && self[0] * self[1] > 1 }
}
