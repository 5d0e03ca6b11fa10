import GPUTensor
import TestSupport
import Testing

@testable import GenerativeModels

/// Refuses models that would otherwise train with the wrong loss or gradient.
@Suite struct NetworkRoleTests {
  @Test func goodClassifiersPass() throws {
    try DigitClassifier(classes: 10).check()
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

  static let wrong: [(role: NetworkRole, layer: String, reason: String)] = [
    (
      NetworkRole(name: "discriminator", network: squashed, ends: [.identity]), #"Linear "0""#,
      "ends in sigmoid; the loss is right for no activation"
    ),
    (
      NetworkRole(name: "decoder", network: plain, ends: [.sigmoid]), #"Linear "0""#,
      "ends in no activation; the loss is right for sigmoid"
    ),
    (
      NetworkRole(
        name: "decoder",
        network: Network(input: 4) {
          Linear("0", to: 4); ReLU()
        },
        ends: Likelihood.gaussian.ends), #"Linear "0""#,
      "ends in relu; the loss is right for sigmoid or tanh or no activation"
    ),
    (
      NetworkRole(name: "generator", network: dropping), #"Linear "0""#,
      "is followed by dropout, which is off forward but scales the gradients; remove it"
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
      NetworkRole(name: "encoder", network: plain, outputs: 5), #"Linear "0""#,
      "gives 4 outputs, and 5 are taken"
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
        feeds: Network(input: 2, 2, 1) { Conv2D("c", to: 1, stride: 1) }), #"Linear "0""#,
      "gives the shape [4], and [2, 2, 1] is taken; add a Reshape"
    ),
    (
      NetworkRole(
        name: "features", network: plain, feeds: Network(input: 5) { Linear("h", to: 1) }),
      #"Linear "0""#, "gives 4 outputs, and 5 are taken"
    ),
    (
      NetworkRole(name: "encoder", network: broken), #"ReLU after Linear "0""#,
      "does not fit: it is a second activation, after relu"
    ),
  ]

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
