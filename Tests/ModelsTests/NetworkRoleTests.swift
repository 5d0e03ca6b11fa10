import GPUTensor
import Images
import TestSupport
import Testing

@testable import GenerativeModels

/// Refuses models that would otherwise train with the wrong loss or gradient.
@Suite struct NetworkRoleTests {
  @Test func goodClassifiersPass() throws {
    try ImageClassifier(of: .mnist, classes: 10).check()
    try TinyClassifier().check()
  }

  private static let plain = Network(prefix: "plain", input: 4) { Linear("0", to: 4) }
  private static let squashed = Network(prefix: "squashed", input: 4) {
    Linear("0", to: 4); Sigmoid()
  }
  private static let dropping = Network(prefix: "dropping", input: 4) {
    Linear("0", to: 4); ReLU(); Dropout(0.5)
    Linear("1", to: 4)
  }
  private static let droppingLast = Network(prefix: "last", input: 4) {
    Linear("0", to: 4); ReLU()
    Linear("1", to: 4); Dropout(0.5)
  }
  private static let twins = Network(prefix: "twins", input: 4) {
    Linear("0", to: 4); ReLU()
    Linear("0", to: 4)
  }
  private static let broken = Network(prefix: "broken", input: 4) {
    Linear("0", to: 4); ReLU(); ReLU()
  }

  /// NOTE: not stored, because a leak checker does not find networks in an enum that is stored: its
  /// case is in the upper bits of their addresses.
  static var wrong: [(role: NetworkRole, layer: String, reason: String)] {
    [
      (
        NetworkRole(name: "discriminator", network: squashed, ends: [.identity]), #"Linear "0""#,
        "ends in sigmoid; a discriminator ends without an activation: remove it, or add a linear "
          + "layer"
      ),
      (
        NetworkRole(name: "decoder", network: plain, ends: [.sigmoid]), #"Linear "0""#,
        "ends without an activation; a decoder must end in sigmoid"
      ),
      (
        NetworkRole(
          name: "decoder",
          network: Network(input: 4) {
            Linear("0", to: 4); LeakyReLU()
          },
          ends: Likelihood.gaussian.ends, endsWith: "with \(Likelihood.gaussian.words)"),
        #"Linear "0""#,
        "ends in leaky_relu; a decoder with the Gaussian likelihood must end in sigmoid, tanh or "
          + "no activation"
      ),
      (
        NetworkRole(
          name: "decoder",
          network: Network(input: 4) {
            Linear("0", to: 4); SiLU()
          },
          ends: Likelihood.bernoulli.ends), #"SiLU "0.silu""#,
        "ends in silu; a decoder must end in sigmoid"
      ),
      (
        NetworkRole(
          name: "encoder",
          network: Network(input: 4) {
            Linear("0", to: 4); SiLU()
          }, ends: [.identity]), #"SiLU "0.silu""#,
        "ends in silu; an encoder ends without an activation: remove it, or add a linear layer"
      ),
      (
        NetworkRole(name: "generator", network: dropping), #"Linear "0""#,
        "is followed by dropout; only encoders and discriminators may have it: remove it"
      ),
      (
        NetworkRole(name: "encoder", network: droppingLast, dropsOut: true), #"Linear "1""#,
        "is followed by dropout at the end, where it has no gradient; remove it"
      ),
      (
        NetworkRole(name: "encoder", network: twins), #"Linear "0""#,
        "has the name of another layer and would share its weights; rename it"
      ),
      (
        NetworkRole(name: "encoder", network: plain, outputs: .latents(3)), #"Linear "0""#,
        "gives 4 outputs; 3 latents need 6, a mean and a log variance each"
      ),
      (
        NetworkRole(
          name: "discriminator",
          network: Network(input: 4, 4, 1) { Conv2D("c", to: 1, stride: 2) }, outputs: .verdict),
        #"Conv2D "c""#, "gives 2×2×1; a discriminator gives one number"
      ),
      (
        NetworkRole(
          name: "decoder", network: plain, outputs: .images(of: Network(input: 2, 3, 1) {})),
        #"Linear "0""#, "gives 4 outputs, and the encoder takes images of 2×3×1 (6 numbers)"
      ),
      (
        NetworkRole(
          name: "decoder",
          network: Network(input: 4) {
            Linear("0", to: 4); Reshape(2, 2, 1)
            ConvTranspose2D("c", to: 1, stride: 3)
          }, outputs: .images(of: Network(input: 4, 4, 1) {})),
        #"ConvTranspose2D "c""#, "gives 6×6×1, and the encoder takes images of 4×4×1"
      ),
      (
        NetworkRole(
          name: "decoder",
          network: Network(input: 2, 2, 1) { ConvTranspose2D("t", to: 1, stride: 2) },
          takesLatents: true), #"ConvTranspose2D "t""#,
        "takes the map [2, 2, 1], and latents are features; begin with Linear and Reshape"
      ),
      (
        NetworkRole(
          name: "generator", network: plain,
          outputs: .fakes(for: Network(input: 2, 2, 1) { Conv2D("c", to: 1, stride: 1) })),
        #"Linear "0""#,
        "gives 4 outputs, and the discriminator takes images of 2×2×1; add a reshape"
      ),
      (
        NetworkRole(
          name: "features", network: plain,
          outputs: .features(for: Network(input: 5) { Linear("h", to: 1) })),
        #"Linear "0""#, "gives 4 outputs, and the head takes 5 inputs"
      ),
      (
        NetworkRole(name: "encoder", network: broken), #"ReLU after Linear "0""#,
        "does not fit: it is a second activation, after relu; remove one"
      ),
    ]
  }

  @Test(arguments: wrong.indices)
  func aWrongLayerIsNamed(index: Int) {
    let (role, layer, reason) = Self.wrong[index]
    let error = ModelError(model: "bad", network: role.name, layer: layer, reason: reason)
    #expect(throws: error) { try NetworkRole.check(role, of: "bad") }
    #expect("\(error)" == "model bad cannot be used: \(layer) of its \(role.name) \(reason)")
  }

  /// Two networks of one optimizer or one checkpoint.
  @Test func networksDoNotShareNames() {
    #expect(
      throws: ModelError(
        model: "bad", network: "decoder", layer: #"Linear "0""#,
        reason: "has the name of another layer and would share its weights; rename it")
    ) {
      try NetworkRole.check(
        NetworkRole(name: "encoder", network: Self.plain),
        NetworkRole(name: "decoder", network: Self.plain), of: "bad")
    }
  }

  @Test func networksTakeTheSameLabels() {
    func decoder(labels: Int) -> Network {
      Network(prefix: "decoder", input: 4, labels: labels) {
        Linear("fc", to: 16); Sigmoid()
      }
    }
    let encoder = Network(prefix: "encoder", input: 16, labels: 3) { Linear("fc", to: 8) }
    #expect(throws: Never.self) {
      try VAE(name: "good", encoder: encoder, decoder: decoder(labels: 3))
    }
    #expect(
      throws: ModelError(
        model: "bad", reason: "its networks take labels of 3 and 2 classes; give both the same")
    ) {
      try VAE(name: "bad", encoder: encoder, decoder: decoder(labels: 2))
    }
    for labels in [-1, 1, 257] {
      let error = #expect(throws: ModelError.self) {
        try VAE(
          name: "bad",
          encoder: Network(prefix: "encoder", input: 16, labels: labels) { Linear("fc", to: 8) },
          decoder: decoder(labels: labels))
      }
      #expect(error?.network == "encoder" && error?.layer == "the input")
    }
  }

  private struct DroppingClassifier: ClassifyingModel {
    let name = "dropping-classifier"
    let batchSize = 3
    let learningRate = 1e-2
    let shift = 1
    let epochs = 2
    let settlingEpochs = 1
    let features = Network(prefix: "features", input: 4, 4, 1) {
      Linear("fc0", to: 6); ReLU(); Dropout(0.5)
      Linear("fc1", to: 6)
    }
    let head = TinyClassifier().head
  }

  /// A wrong classifier gets no trainer.
  @Test func itsTrainerChecksAClassifier() throws {
    let context = try testContext()
    let store = try ImageStore(
      context, pixels: [UInt8](repeating: 0, count: 3 * 16), labels: [0, 1, 2], batchSize: 3,
      label: "images")
    let error = #expect(throws: ModelError.self) {
      try ClassifierTrainer(
        DroppingClassifier(), seed: 1, train: store, validation: store, on: context)
    }
    #expect(error?.model == "dropping-classifier")
  }
}
