import Files
import Foundation
import ModelFiles
import TestFiles
import Testing

@testable import GenerativeModels

/// Model files that can be used.
@Suite struct ModelFileTests {
  private static let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Examples/models").standardized.path

  /// The four models of the paper, as the examples have them.
  @Test(arguments: Models.paper.map { $0.name })
  func theBuiltInModelsAreTheExamples(name: String) throws {
    let model = try #require(Models.named(name))
    let description = try #require(ModelDescription(model))
    let path = "\(Self.examples)/\(name).yaml"
    let bytes = try readFile(path: path, maximumBytes: 1 << 16)
    #expect(description.yaml == String(decoding: bytes, as: UTF8.self))
    let file = try ModelFile(contentsOf: path)
    #expect(file.description == description)
    let read = try file.model()
    #expect(ModelDescription(read) == description)
    #expect(model.ownDescription == nil && read.ownDescription == nil)
    #expect(read.batchSize == model.batchSize && read.learningRate == model.learningRate)
    #expect(read.stableSettings == model.stableSettings)
    for (own, other) in zip(model.networks, read.networks) {
      #expect(own.key == other.key && own.value.prefix == other.value.prefix)
      #expect(own.value.input == other.value.input && own.value.output == other.value.output)
      for (stage, same) in zip(own.value.stages, other.value.stages) {
        #expect(stage.parameters == same.parameters && stage.layer.name == same.layer.name)
        #expect(stage.activation == same.activation && stage.dropout == same.dropout)
      }
    }
  }

  /// The other examples can be trained, and are in their canonical form but for comments.
  @Test func examples() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.examples).sorted()
    let paper = Models.paper.map { "\($0.name).yaml" }
    let own = names.filter { !paper.contains($0) }
    #expect(
      own == [
        "conditional-gan.yaml", "conditional-vae.yaml", "dcgan-28.yaml", "dcgan-64.yaml",
        "gaussian-vae.yaml", "small-vae.yaml",
        "upsampling-vae.yaml", "vae-2d.yaml",
      ])
    for name in own {
      let path = "\(Self.examples)/\(name)"
      let file = try ModelFile(contentsOf: path)
      let model = try file.model()
      let isBuiltIn = Models.named(model.name) != nil
      #expect("\(model.name).yaml" == name && isBuiltIn == (name == "dcgan-64.yaml"))
      #expect(model.ownDescription == (isBuiltIn ? nil : file.description))
      let text = String(decoding: try readFile(path: path, maximumBytes: 1 << 20), as: UTF8.self)
      let lines = text.split(separator: "\n").map { $0.replacing(#/\ *#.*/#, with: "") }
      #expect(file.description.yaml == lines.filter { !$0.isEmpty }.map { "\($0)\n" }.joined())
    }
    let weighted = try ModelFile(contentsOf: "\(Self.examples)/upsampling-vae.yaml").model()
    #expect(weighted.objective == LearningSettings(beta: 2, betaWarmup: 3))
    let smoothed = try ModelFile(contentsOf: "\(Self.examples)/dcgan-28.yaml").model()
    #expect(smoothed.objective == LearningSettings(realLabel: 0.9))
    #expect(smoothed.decoder.initialWeights == .normal(deviation: 0.02))
    let gaussian = try ModelFile(contentsOf: "\(Self.examples)/gaussian-vae.yaml").model()
    #expect(gaussian.objective.likelihood == .gaussian && gaussian.imageRange == -1...1)
    let coloured = try ModelFile(contentsOf: "\(Self.examples)/dcgan-64.yaml").model()
    #expect(
      TrainingOptions(for: coloured).adam.beta1 == 0.5 && coloured.imageShape.sizes == [64, 64, 3])
    let rows = try #require(coloured.networks.first?.value.rows)
    #expect(rows[0].output == [1, 1, 100] && rows[1].output == [4, 4, 256])
  }

  /// A model with every layer and every field, in its canonical form.
  private static let everything = """
    name: every-thing_1.0
    kind: gan
    image: {height: 10, width: 8, channels: 1}
    latent: 3
    labels: 256
    prefixes: {generator: "", discriminator: d.out}
    initial_deviations: {discriminator: 0.25}
    generator:
      - linear: {name: fc, to: 80, bias: false}
      - batch_norm: norm
      - sigmoid
      - linear: {name: fc2, to: 80}
      - reshape: [5, 4, 4]
      - upsample
      - conv2d: {name: down, to: 4, stride: 2}
      - silu
      - conv_transpose2d: {name: up1, to: 5, kernel: 4, stride: 2, bias: false}
      - relu
      - upsample: 3
      - conv_transpose2d: {name: up2, to: 4, kernel: 5, padding: 2}
      - leaky_relu
      - conv_transpose2d: {name: up3, to: 1, stride: 3, padding: 5, output_padding: 2}
      - tanh
      - conv2d: {name: last, to: 1, kernel: 7, stride: 2, padding: 2, bias: false}
    discriminator:
      - conv2d: {name: "0", to: 6, kernel: 1, padding: 0}
      - leaky_relu: 0.01
      - dropout2d: 0.25
      - linear: {name: "true", to: 12}
      - tanh
      - dropout: 0.0625
      - linear: {name: fc, to: 1}
    training: {batch_size: 3, learning_rate: 1.0e-05, real_label: 0.75, \
    stable: {learning_rate: 0.5, discriminator_learning_rate: 0.25, beta1: 0.0}}

    """

  @Test func everyLayerAndEveryField() throws {
    let file = try ModelFile(parsing: Array(Self.everything.utf8), path: "all.yaml")
    #expect(file.description.yaml == Self.everything)
    let text = try file.description.json()
    #expect(try ModelDescription(parsing: text) == file.description)
    #expect(text.hasPrefix(#"{"discriminator":[{"conv2d":{"kernel":1,"name":"0","#))
    // JSON is YAML too.
    let json = try ModelFile(parsing: Array(text.utf8), path: "all.json")
    #expect(json.description == file.description)
    let words = Set(file.description.networks.flatMap(\.layers).map(\.word))
    #expect(
      words == [
        "linear", "conv2d", "conv_transpose2d", "batch_norm", "upsample", "relu", "leaky_relu",
        "silu", "tanh", "sigmoid", "dropout", "dropout2d", "reshape",
      ])
    #expect(words == Set(LayerWord.all.map(\.word)))
  }

  /// Values that are the defaults may be written, and keys may have any order.
  @Test func anotherFormOfTheSameFile() throws {
    let text = """
      \u{FEFF}---
      # a comment with 'quotes, *stars* and & more
      kind: "vae"
      decoder: [{linear: {to: 16, name: fc, bias: true}}, {sigmoid: }]
      encoder:
      - linear:
          name: 'fc'
          to: 8
      latent: 4
      image:
        channels: 1
        width: 4
        height: 4   # pixels
      name: other\r
      """
    let description = try ModelFile(parsing: Array(text.utf8), path: "other.yaml").description
    #expect(
      description.yaml == """
        name: other
        kind: vae
        image: {height: 4, width: 4, channels: 1}
        latent: 4
        encoder:
          - linear: {name: fc, to: 8}
        decoder:
          - linear: {name: fc, to: 16}
          - sigmoid
        training: {batch_size: 64, learning_rate: 0.001}

        """)
    let model = try description.model()
    #expect(model is VAE && model.networks.first?.value.input == [16])
  }

  @Test func aFileThatIsMissingOrTooLarge() throws {
    #expect(throws: FileError.self) { try ModelFile(contentsOf: "/no/such.yaml") }
    let folder = try TemporaryFolder()
    try folder.write([UInt8](repeating: 35, count: (1 << 20) + 1), to: "large.yaml")
    #expect(throws: FileError.self) { try ModelFile(contentsOf: folder.path + "/large.yaml") }
  }
}
