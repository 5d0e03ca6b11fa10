import GPUTensor
import SafeTensors
import Testing

@testable import GenerativeModels

/// Descriptions of models as values. `ModelFilesTests` has those of the models of the paper.
@Suite struct ModelDescriptionTests {
  /// The tiny models have every layer and every activation.
  @Test func theTinyModels() throws {
    for model in [GAN.tiny, VAE.tiny] as [any GenerativeModel] {
      let description = try #require(ModelDescription(model))
      #expect(model.ownDescription == description)
      #expect(try ModelDescription(parsing: description.json()) == description)
      let again = try description.model()
      #expect(ModelDescription(again) == description)
      for (own, other) in zip(model.networks, again.networks) {
        #expect(own.value.stages.map(\.parameters) == other.value.stages.map(\.parameters))
        #expect(own.value.stages.map(\.activation) == other.value.stages.map(\.activation))
        #expect(own.value.stages.map(\.dropout) == other.value.stages.map(\.dropout))
      }
    }
  }

  /// A layer of the user's own.
  private struct Rectifier: ActivationLayer {
    let activation = Activation.relu
  }

  private func vae(
    _ name: String = "own", _ encoder: Network = VAE.tiny.encoder
  ) throws -> VAE {
    try VAE(name: name, encoder: encoder, decoder: VAE.tiny.decoder)
  }

  @Test func modelsThatCannotBeDescribed() throws {
    #expect(ModelDescription(try vae()) != nil)
    #expect(ModelDescription(try vae("my own")) == nil)
    let ownLayer = Network(prefix: "encoder", input: 16) {
      Linear("a", to: 9); Rectifier()
      Linear("fc", to: 12)
    }
    let oddName = Network(prefix: "encoder", input: 16) { Linear("a b", to: 12) }
    let mapForLinear = Network(prefix: "encoder", input: 4, 4, 1) { Linear("a", to: 12) }
    for encoder in [ownLayer, oddName, mapForLinear] {
      let model = try vae("own", encoder)
      #expect(ModelDescription(model) == nil && model.ownDescription == nil)
    }
  }

  @Test func theFirstDifference() throws {
    let description = try #require(ModelDescription(try vae()))
    #expect(description.firstDifference(from: description) == nil)
    let json = try description.json()
    for (part, other, difference) in [
      ("\"own\"", "\"other\"", "name"), ("\"fc0\"", "\"fc9\"", "decoder, layer 1"),
      ("\"relu\"", "\"tanh\"", "encoder, layer 2"), (",\"sigmoid\"", "", "decoder, layer 7"),
      ("\"latent\":6", "\"latent\":8", "latent"),
      ("\"latent\":6", "\"labels\":3,\"latent\":6", "labels"), (":64", ":65", "training"),
    ] {
      let changed = try ModelDescription(parsing: json.replacing(part, with: other))
      #expect(changed.firstDifference(from: description) == difference, "\(part)")
    }
  }

  @Test func theDescriptionInACheckpoint() throws {
    let description = try #require(ModelDescription(VAE.tiny))
    func checkpoint(_ metadata: [String: String]) -> Checkpoint {
      Checkpoint(file: SafeTensorsFile(metadata: metadata, tensors: []))
    }
    let json = try description.json()
    let good = checkpoint(["model": "tiny-vae", "model_description": json])
    #expect(try good.modelDescription() == description)
    #expect(try checkpoint(["model": "tiny-vae"]).modelDescription() == nil)
    for damaged in [
      ["model": "other", "model_description": json],
      ["model": "tiny-vae", "model_description": String(json.dropLast())],
    ] {
      #expect(throws: CheckpointError.self) { try checkpoint(damaged).modelDescription() }
    }
  }
}
