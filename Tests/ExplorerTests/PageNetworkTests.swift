import GPUTensor
import GenerativeModels
import Testing

@testable import Explorer

/// The stages and numbers that the page runs. `scripts/check-explore` compares the images.
struct PageNetworkTests {
  private func floats(_ numbers: PackedNumbers, _ part: PackedNumbers.Part?) -> [Float] {
    guard let part, part.bits == 32 else { return [] }
    return (0..<part.count).map { index in
      numbers.bytes.withUnsafeBytes {
        $0.loadUnaligned(fromByteOffset: part.at + 4 * index, as: Float.self)
      }
    }
  }

  @Test func weightsAreOrderedByOutputs() throws {
    var numbers = PackedNumbers()
    let network = Network(input: 2) {
      Linear("fc", to: 3); LeakyReLU(0.1)
    }
    // (inputs, outputs) on the device.
    let stages = try PageNetwork(
      network, ["fc.weight": [1, 2, 3, 4, 5, 6], "fc.bias": [7, 8, 9]], isHalf: false,
      into: &numbers
    ).stages
    #expect(stages.count == 1 && stages[0].kind == "products")
    #expect(floats(numbers, stages[0].weight) == [1, 4, 2, 5, 3, 6])
    #expect(floats(numbers, stages[0].bias) == [7, 8, 9])
    #expect(stages[0].activation == "leaky" && stages[0].slope == 0.1)
  }

  @Test func aTransposedConvolutionIsOrderedByOutputsToo() throws {
    var numbers = PackedNumbers()
    let network = Network(input: 1, 1, 2) {
      ConvTranspose2D("up", to: 3, kernel: 1, padding: 0).withoutBias(); Sigmoid()
    }
    // (taps, outputs, inputs) on the device.
    let stage = try PageNetwork(
      network, ["up.weight": [1, 2, 3, 4, 5, 6]], isHalf: false, into: &numbers
    ).stages[0]
    #expect(floats(numbers, stage.weight) == [1, 2, 3, 4, 5, 6])
    #expect(stage.bias == nil && stage.transposed == true && stage.activation == "sigmoid")
  }

  /// (x − 3) / √(4 + 1e-5) · 6 + 1 is 3 x − 8 to 1e-5.
  @Test func aNormalizationIsAScaling() throws {
    var numbers = PackedNumbers()
    let network = Network(prefix: "g", input: 1) {
      Linear("fc", to: 1); BatchNorm("norm"); Tanh()
    }
    let stages = try PageNetwork(
      network,
      [
        "g.fc.weight": [1], "g.fc.bias": [0], "g.norm.weight": [6], "g.norm.bias": [1],
        "g.norm.running_mean": [3], "g.norm.running_var": [4],
      ], isHalf: true, into: &numbers
    ).stages
    #expect(stages.map(\.kind) == ["products", "scaling"])
    #expect(abs(floats(numbers, stages[1].scale)[0] - 3) < 1e-5)
    #expect(abs(floats(numbers, stages[1].shift)[0] + 8) < 3e-5)
    #expect(stages[0].weight?.bits == 16 && stages[1].scale?.bits == 32)
  }

  @Test func layersWithoutWeights() throws {
    var numbers = PackedNumbers()
    let network = Network(input: 1, 1, 1) {
      Conv2D("conv", to: 1, kernel: 1, padding: 0); SiLU(); Upsample(3)
    }
    let stages = try PageNetwork(
      network, ["conv.weight": [1], "conv.bias": [1]], isHalf: false, into: &numbers
    ).stages
    #expect(stages.map(\.kind) == ["products", "none", "upsampling"])
    #expect(stages.map(\.activation) == ["identity", "silu", "identity"])
    #expect(stages[2].factor == 3 && stages[2].output == [3, 3, 1])
  }

  /// The bits of IEEE 754's binary16, little-endian: 1, −2, the largest and the smallest number.
  @Test func halvesHaveTheStandardsBits() {
    var numbers = PackedNumbers()
    let part = numbers.add(halvesOf: [1, -2, 65504, 0x1p-24])
    #expect(part.bits == 16 && part.count == 4)
    #expect(Array(numbers.bytes) == [0x00, 0x3c, 0x00, 0xc0, 0xff, 0x7b, 0x01, 0x00])
  }

  /// A layer of a user's own.
  private struct Mirror: UnweightedLayer {
    let name = "mirror"
    func outputShape(for input: Shape) -> Shape { input }
    func forward(
      _ label: String, _ x: Tensor, dropout: DropoutMask?, into y: Tensor, on list: CommandList
    ) {}
    func backward(
      _ label: String, dy: Tensor, epilogue: Epilogue, into dx: Tensor, on list: CommandList
    ) {}
  }

  @Test func anUnknownLayerIsNamed() {
    var numbers = PackedNumbers()
    let network = Network(prefix: "decoder", input: 1) {
      Linear("fc", to: 1); Mirror()
    }
    #expect(
      throws: ExplorerError(
        description: "a page cannot run Mirror, the layer of decoder.fc.mirror")
    ) {
      try PageNetwork(
        network, ["decoder.fc.weight": [1], "decoder.fc.bias": [1]], isHalf: false,
        into: &numbers)
    }
  }
}
