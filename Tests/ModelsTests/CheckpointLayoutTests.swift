import Datasets
import GPUTensor
import Reference
import SafeTensors
import TestSupport
import Testing

@testable import GenerativeModels

/// A checkpoint's tensors have the layouts of PyTorch's layers of the same kind.
@Suite struct CheckpointLayoutTests {
  /// A network, and the shapes of PyTorch's weights by the names of layers.
  struct Case: CustomTestStringConvertible {
    let testDescription: String
    let network: Network
    let weights: KeyValuePairs<String, [Int]>
  }

  /// Each kind of layer alone, and next to a map that is not square.
  private static let layers = [
    Case(
      testDescription: "Linear", network: Network(input: 5) { Linear("fc", to: 3) },
      weights: ["fc": [3, 5]]),
    Case(
      testDescription: "Conv2d",
      network: Network(input: 4, 3, 2) { Conv2D("conv", to: 5, stride: 1) },
      weights: ["conv": [5, 2, 3, 3]]),
    Case(
      testDescription: "Conv2d, stride 2",
      network: Network(input: 5, 4, 3) { Conv2D("conv", to: 2, stride: 2) },
      weights: ["conv": [2, 3, 3, 3]]),
    Case(
      testDescription: "Conv2d, 5×5, stride 3, padding 0",
      network: Network(input: 11, 9, 3) { Conv2D("conv", to: 4, kernel: 5, stride: 3, padding: 0) },
      weights: ["conv": [4, 3, 5, 5]]),
    Case(
      testDescription: "ConvTranspose2d, 4×4, stride 3, padding 1, output padding 2",
      network: Network(input: 2, 3, 5) {
        ConvTranspose2D("trans_conv", to: 3, kernel: 4, stride: 3, padding: 1, outputPadding: 2)
      },
      weights: ["trans_conv": [5, 3, 4, 4]]),
    Case(
      testDescription: "ConvTranspose2d",
      network: Network(input: 4, 3, 2) { ConvTranspose2D("trans_conv", to: 5, stride: 1) },
      weights: ["trans_conv": [2, 5, 3, 3]]),
    Case(
      testDescription: "ConvTranspose2d, stride 2",
      network: Network(input: 2, 3, 5) { ConvTranspose2D("trans_conv", to: 3, stride: 2) },
      weights: ["trans_conv": [5, 3, 3, 3]]),
    Case(
      testDescription: "without biases",
      network: Network(input: 4, 3, 2) {
        ConvTranspose2D("trans_conv", to: 3, stride: 2).withoutBias(); Tanh()
        Conv2D("conv", to: 5, kernel: 2, padding: 0).withoutBias(); Tanh()
        Linear("fc", to: 3).withoutBias()
      }, weights: ["trans_conv": [2, 3, 3, 3], "conv": [5, 3, 2, 2], "fc": [3, 175]]),
    Case(
      testDescription: "BatchNorm1d, BatchNorm2d, Upsample, SiLU",
      network: Network(input: 6) {
        Linear("fc", to: 2 * 3 * 4); BatchNorm("norm0"); ReLU()
        Linear("fc1", to: 2 * 3 * 4); Reshape(2, 3, 4)
        BatchNorm("norm1"); LeakyReLU(); Upsample(3)
        Conv2D("conv", to: 5); BatchNorm("norm2"); SiLU()
      },
      weights: [
        "fc": [24, 6], "norm0": [24], "fc1": [24, 24], "norm1": [4], "conv": [5, 4, 3, 3],
        "norm2": [5],
      ]),
    Case(
      testDescription: "flatten, Linear",
      network: Network(input: 2, 3, 4) { Linear("fc", to: 5) }, weights: ["fc": [5, 24]]),
    Case(
      testDescription: "unflatten, ConvTranspose2d",
      network: Network(input: 6) {
        Reshape(1, 1, 6)
        ConvTranspose2D("trans_conv", to: 3, kernel: 4, padding: 0, outputPadding: 0)
      }, weights: ["trans_conv": [6, 3, 4, 4]]),
    Case(
      testDescription: "Linear, unflatten",
      network: Network(input: 5) {
        Linear("fc", to: 2 * 3 * 4); Reshape(2, 3, 4)
      }, weights: ["fc": [24, 5]]),
    Case(
      testDescription: "flatten, Linear, unflatten",
      network: Network(input: 3, 2, 2) {
        Linear("fc", to: 2 * 3 * 4); Reshape(2, 3, 4)
      }, weights: ["fc": [24, 12]]),
  ]

  private static let models = [
    Case(
      testDescription: "linear-gan's discriminator", network: GAN.linear.discriminator,
      weights: ["0": [512, 784], "3": [256, 512], "6": [128, 256], "9": [1, 128]]),
    Case(
      testDescription: "dcgan's generator", network: GAN.dcgan.generator,
      weights: [
        "fc": [12544, 100], "trans_conv1": [256, 128, 3, 3], "trans_conv2": [128, 64, 3, 3],
        "trans_conv3": [64, 32, 3, 3], "trans_conv4": [32, 1, 3, 3],
      ]),
    Case(
      testDescription: "dcgan's discriminator", network: GAN.dcgan.discriminator,
      weights: [
        "conv0": [32, 1, 3, 3], "conv1": [64, 32, 3, 3], "conv2": [128, 64, 3, 3],
        "conv3": [256, 128, 3, 3], "fc": [1, 12544],
      ]),
    Case(
      testDescription: "conv-vae's encoder", network: VAE.convolutional.encoder,
      weights: [
        "conv0": [32, 1, 3, 3], "conv1": [64, 32, 3, 3], "conv2": [128, 64, 3, 3],
        "conv3": [256, 128, 3, 3], "fc": [32, 12544],
      ]),
    Case(
      testDescription: "conv-vae's decoder", network: VAE.convolutional.decoder,
      weights: [
        "fc1": [12544, 16], "trans_conv1": [256, 128, 3, 3], "trans_conv2": [128, 64, 3, 3],
        "trans_conv3": [64, 32, 3, 3], "trans_conv4": [32, 1, 3, 3],
      ]),
  ]

  /// Over all layers, the products and sums of float32 are right to 1e-6. If two axes are
  /// exchanged, nothing is right.
  @Test(arguments: layers + models)
  func networksMatchPyTorch(_ test: Case) throws {
    let network = test.network
    let context = try testContext()
    let set = ParameterSet(context, of: network)
    let inference = try Inference(network, set, chunk: 1, on: context)
    try CommandList.compile([inference.list])
    let state = Self.stateDict(test)
    try Checkpoint(file: state).restore(set)

    let example = normals(network.input.reduce(1, *), seed: 1)
    let expected = try TorchNetwork(network: network, state: state).forward(example.doubles)
    let output = try inference.run(Self.channelsLast(example, network.input))
    #expect(
      relativeError(output, Self.channelsLast(expected, network.output)) < 1e-5,
      "\(test.testDescription)")
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func numbersThatAreNotFiniteAreRefused(number: Float) throws {
    let set = ParameterSet(try testContext(), of: VAE.tiny.encoder)
    let tensors = set.parameters.map { parameter in
      let shape = parameter.spec.torchShape
      return SafeTensor(
        name: parameter.name, shape: shape,
        floats: [Float](repeating: 1, count: shape.reduce(1, *) - 1) + [number])
    }
    for check in [{ try $0.restore(set) }, { try $0.check([VAE.tiny.encoder]) }]
      as [(Checkpoint) throws -> Void]
    {
      let error = #expect(throws: CheckpointError.self) {
        try check(Checkpoint(file: SafeTensorsFile(tensors: tensors)))
      }
      #expect(
        error?.description
          == "its tensor '\(tensors[0].name)' has numbers that are infinite or not a number")
    }
    #expect(try set.parameters.allSatisfy { try $0.value.floats().allSatisfy { $0 == 0 } })
  }

  /// Parameters, running statistics and both moments, of all kinds of layers.
  @Test(arguments: [GAN.tiny, VAE.tiny] as [any GenerativeModel])
  func checkpointsSurviveARoundTrip(model: any GenerativeModel) throws {
    let context = try testContext()
    let store = try ImageStore(
      context, pixels: [UInt8](repeating: 0, count: 16), count: 1, batchSize: 1, label: "images")
    let trainer = try model.makeTrainer(
      TrainingOptions(for: model), train: store, validation: store, on: context)
    let empty = try Checkpoint(of: trainer, at: TrainingPosition(), seed: 1, details: [:]).file
    var file = empty
    for (index, tensor) in empty.tensors.enumerated() {
      file.tensors[index] =
        tensor.elementType == .int64
        ? SafeTensor(name: tensor.name, batches: UInt32(index))
        : SafeTensor(
          name: tensor.name, shape: tensor.shape,
          floats: normals(tensor.shape.reduce(1, *), seed: UInt64(index)))
    }
    _ = try Checkpoint(file: file).restore(trainer)
    #expect(try Checkpoint(of: trainer, at: TrainingPosition(), seed: 1, details: [:]).file == file)
  }

  /// A state dict of PyTorch's. In a large tensor only one element of 32 is not zero, which saves
  /// time in the plain loops.
  private static func stateDict(_ test: Case) -> SafeTensorsFile {
    var random = SplitMix64(seed: 1)
    func tensor(_ name: String, _ shape: [Int], bound: Float) -> SafeTensor {
      let count = shape.reduce(1, *)
      let elements = (0..<count).map { _ in
        count > 1000 && random.next() % 32 > 0 ? 0 : random.uniform(-bound, bound)
      }
      return SafeTensor(name: name, shape: shape, floats: elements)
    }
    return SafeTensorsFile(
      tensors: test.weights.flatMap { layer, shape in
        let name = [test.network.prefix, layer].filter { !$0.isEmpty }.joined(separator: ".")
        if shape.count == 1 {
          // Running variances are positive.
          let variance = SafeTensor(
            name: name + ".running_var", shape: shape,
            floats: (0..<shape[0]).map { _ in random.uniform(0.1, 2) })
          return ["weight", "bias", "running_mean"].map {
            tensor("\(name).\($0)", shape, bound: 1)
          } + [variance]
        }
        let outputs = layer.hasPrefix("trans") ? shape[1] : shape[0]
        let bound = 10 / Float(shape.dropFirst().reduce(1, *)).squareRoot()
        return [
          tensor(name + ".weight", shape, bound: bound),
          tensor(name + ".bias", [outputs], bound: 1),
        ]
      })
  }

  /// The device's layout of a map of PyTorch's, (channel, row, column).
  private static func channelsLast<Element>(_ map: [Element], _ shape: Shape) -> [Element] {
    guard shape.count == 3 else { return map }
    let pixels = shape[0] * shape[1]
    return map.indices.map { map[$0 % shape[2] * pixels + $0 / shape[2]] }
  }
}
