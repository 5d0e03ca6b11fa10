import GPUTensor
import Testing

@testable import GenerativeModels

/// A user's own layer that claims to keep the elements.
private struct Halve: Layer {
  let kind = LayerKind.reshape
  func outputShape(for input: Shape) -> Shape { [input[0] / 2] }
}

@Suite struct StageTests {
  @Test func aStageIsALayerWithItsFollowers() throws {
    let network = Network(input: 6) {
      Linear("fc", to: 8); Reshape(2, 2, 2); ReLU()
      Conv2D("conv", to: 4, stride: 1); Tanh(); Dropout2D(0.25)
      Linear("out", to: 3); Dropout(0.5)
    }
    #expect(network.flaw == nil)
    #expect(network.stages.map(\.layer.name) == ["fc", "conv", "out"])
    #expect(network.stages.map(\.output) == [[2, 2, 2], [2, 2, 4], [3]])
    #expect(network.stages.map(\.activation) == [.relu, .tanh, .identity])
    #expect(network.stages.map(\.dropout) == [nil, 0.25, 0.5])
  }

  /// Latents become the channels of one pixel, for a transposed convolution.
  @Test func aReshapeOfLatents() throws {
    let network = Network(input: 6) {
      Reshape(1, 1, 6)
      ConvTranspose2D("up", to: 3, kernel: 4, padding: 0, outputPadding: 0); Tanh()
    }
    #expect(network.flaw == nil && network.input == [6] && network.output == [4, 4, 3])
    #expect(network.stages.map(\.input) == [[1, 1, 6]])
  }

  /// Networks that would run differently than they read, each with the layer that the error names.
  static let flaws: [(network: Network, layer: String, reason: String)] = [
    (
      Network(input: 4) {
        Linear("0", to: 4); Halve()
      }, #"Halve after Linear "0""#,
      "[4] cannot be reshaped to [2]"
    ),
    (
      Network(input: 4) {
        Linear("0", to: 4); ReLU(); Tanh()
      }, #"Tanh after Linear "0""#,
      "it is a second activation, after relu; remove one"
    ),
    (
      Network(input: 4) {
        Linear("0", to: 4); Dropout(0.5); Tanh()
      }, #"Tanh after Linear "0""#,
      "dropout runs after the activation; exchange the two"
    ),
    (
      Network(input: 4) {
        Linear("0", to: 4); Dropout(0.5); Dropout(0.5)
      },
      #"Dropout after Linear "0""#, "it is a second dropout"
    ),
    (
      Network(input: 4) {
        Linear("0", to: 8); Reshape(2, 2, 2); Dropout2D(0.5)
      },
      #"Dropout2D after Linear "0""#,
      "a reshape is before it; put batch normalization between the reshape and the dropout"
    ),
    (
      Network(input: 4) {
        Linear("0", to: 8); Dropout(0.5); Reshape(2, 2, 2)
      },
      #"Reshape after Linear "0""#,
      #"dropout is before it; put the reshape right after Linear "0", and batch normalization"#
    ),
    (
      Network(input: 4) {
        Linear("0", to: 8); BatchNorm("norm"); ReLU(); Reshape(2, 2, 2)
      },
      #"Reshape after BatchNorm "norm""#, #"put the reshape right after Linear "0""#
    ),
    (
      Network(input: 4) {
        Linear("0", to: 8); SiLU(); Reshape(2, 2, 2)
      },
      #"Reshape after SiLU "0.silu""#, #"put the reshape right after Linear "0""#
    ),
    (
      Network(input: 2, 2, 1) {
        Conv2D("c", to: 2, stride: 1); Dropout(0.5)
      },
      #"Dropout after Conv2D "c""#, "not of [2, 2, 2]; use Dropout2D for a map"
    ),
    (
      Network(input: 4) {
        Linear("0", to: 4); Dropout2D(0.5)
      }, #"Dropout2D after Linear "0""#,
      "not of [4]; use Dropout for features"
    ),
    (
      Network(input: 4) {
        Linear("0", to: 4); Dropout(1)
      }, #"Dropout after Linear "0""#,
      "a probability of 1.0 is not in [0, 1)"
    ),
    (
      Network(input: 2, 2, 1) {
        Conv2D("c", to: 2, stride: 1); Reshape(8)
      },
      #"Reshape after Conv2D "c""#, "it takes features, not the map [2, 2, 2]"
    ),
    (
      Network(input: 4) {
        Linear("0", to: 4); Reshape(5)
      }, #"Reshape after Linear "0""#,
      "[4] cannot be reshaped to [5]"
    ),
    (
      Network(input: 4) { Conv2D("c", to: 2, stride: 1) }, #"Conv2D "c""#,
      "c takes a map (height, width, channels), not [4]; put a reshape before it"
    ),
    (
      Network(input: 4) { ReLU() }, "ReLU", "a network begins with a layer that has weights"
    ),
    (
      Network(input: 4) {
        Linear("0", to: 4); ReLU()
        Linear("1", to: 0)
      }, #"Linear "1""#, "its output has the shape [0], without any element"
    ),
    (
      Network(input: 4, 4, 1) { Conv2D("c", to: 2, stride: 0) }, #"Conv2D "c""#,
      "a stride of 0 is not in 1 to 4"
    ),
    (
      Network(input: 4, 4, 1) { Conv2D("c", to: 2, kernel: 7, padding: 1) }, #"Conv2D "c""#,
      "the map [4, 4, 1] with padding 1 is smaller than its 7×7 kernel"
    ),
    (
      Network(input: 4, 4, 1) { ConvTranspose2D("c", to: 2, stride: 5) },
      #"ConvTranspose2D "c""#, "a stride of 5 is not in 1 to 4"
    ),
    (
      Network(input: 4, 4, 1) { ConvTranspose2D("c", to: 2, kernel: 7, stride: 2) },
      #"ConvTranspose2D "c""#,
      "with kernel 7, stride 2 and padding 1 the output cannot be 2 times the input; take padding "
        + "3, or choose another size with an output padding of 0 to 1"
    ),
    (
      Network(input: 4, 4, 1) { ConvTranspose2D("c", to: 2, kernel: 4, padding: 2) },
      #"ConvTranspose2D "c""#,
      "with kernel 4, stride 1 and padding 2 the output cannot have the size of the input; choose "
        + "another size with an output padding of 0"
    ),
    (
      Network(input: 4, 4, 1) { ConvTranspose2D("c", to: 2, stride: 2, outputPadding: 2) },
      #"ConvTranspose2D "c""#,
      "an output padding of 2 is not 0 to 1; it is less than the stride"
    ),
    (
      Network(input: 1, 1, 1) {
        ConvTranspose2D("c", to: 2, kernel: 2, padding: 2, outputPadding: 0)
      },
      #"ConvTranspose2D "c""#, "a padding of 2 leaves nothing of its output"
    ),
    (
      Network(input: 4, 0, 1) { Conv2D("c", to: 2, stride: 1) }, "the input",
      "has the shape [4, 0, 1], without any element"
    ),
    (Network(input: 4) {}, "the first layer", "there are none"),
    (Network(input: 4) { Reshape(1, 1, 4) }, "the first layer", "there are none"),
    (
      Network(input: 4) {
        Reshape(2, 2, 1); Conv2D("c", to: 2)
      }, "Reshape", "as the first layer it can only make [1, 1, 4]"
    ),
    (
      Network(input: 4, labels: 3) {
        Reshape(1, 1, 4); ConvTranspose2D("c", to: 2)
      }, "Reshape", "as the first layer it can only make [1, 1, 7]: 4 inputs and 3 classes"
    ),
  ]

  @Test(arguments: flaws.indices)
  func aLayerThatCannotBeThereIsNamed(index: Int) throws {
    let (network, layer, reason) = Self.flaws[index]
    let flaw = try #require(network.flaw)
    #expect(flaw.layer == layer)
    #expect(flaw.reason.contains(reason), "\(flaw.reason)")
    #expect(network.stages.isEmpty)
  }
}
