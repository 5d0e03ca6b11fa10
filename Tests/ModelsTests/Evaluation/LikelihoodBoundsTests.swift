import Foundation
import GPUTensor
import Reference
import Statistics
import TestSupport
import Testing

@testable import Evaluation
@testable import GenerativeModels

@Suite struct LikelihoodBoundsTests {
  /// The parameters of a tiny VAE, drawn by a seed.
  private func parameters(_ seed: UInt64, on context: Context) throws -> ParameterSet {
    let set = ParameterSet(context, of: VAE.tiny.encoder, VAE.tiny.decoder)
    let list = CommandList(context)
    set.initialize(seed: seed, on: list)
    try list.run()
    return set
  }

  private let images = (0..<5 * 16).map { Float($0 * 37 % 256) / 255 }

  @Test func theBoundMatchesTheReference() throws {
    let context = try testContext(convolution: .direct)
    let set = try parameters(3, on: context)
    let draws = 4
    let weighting = try ImportanceWeighting(
      (VAE.tiny.encoder, VAE.tiny.decoder), .bernoulli, set, chunk: 3, seed: 7, on: context)
    let bounds = try weighting.run(images, draws: draws)

    let (latent, encoder, decoder) = (
      VAE.tiny.latent, try Inference(VAE.tiny.encoder, set, on: context),
      try Inference(VAE.tiny.decoder, set, on: context)
    )
    let encoded = try encoder.run(images)
    for row in 0..<5 {
      // Chunks of three images, each with `draws` draws.
      let (chunk, place) = (row / 3, row % 3)
      let own = encoded[row * 2 * latent..<(row + 1) * 2 * latent].map(Double.init)
      let pixels = images[row * 16..<(row + 1) * 16].map(Double.init)
      let weights = try (1...draws).map { draw in
        let noise = Array(
          ReferenceReparameterization.noise(
            rows: place + 1, latent: latent, seed: 7,
            stream: RandomStream.importanceNoise.rawValue, step: UInt32(chunk * draws + draw)
          ).suffix(latent))
        let z = ReferenceReparameterization.forward(encoded: own, noise: noise, latent: latent)
        let ratio = ReferenceReparameterization.logRatio(
          encoded: own, noise: noise, latent: latent)[0]
        let made = try decoder.run(z.map(Float.init)).map(Double.init)
        return zip(pixels, made).reduce(ratio) {
          $0 + $1.0 * log($1.1) + (1 - $1.0) * log(1 - $1.1)
        }
      }
      #expect(abs(bounds[row] - logMeanExp(weights)) < 1e-4)
    }
  }

  /// Sets a model's parameters, in the order of the device.
  private func set(_ set: ParameterSet, to values: [String: [Float]]) throws {
    for parameter in set.parameters {
      try parameter.value.write(try #require(values[parameter.name]))
    }
  }

  @Test func aKnownGaussianLikelihood() throws {
    let context = try testContext(convolution: .direct)
    let known = PrincipalComponents()
    let (model, values) = (try known.model(), known.values)
    let parameters = ParameterSet(context, of: model.encoder, model.decoder)
    try set(parameters, to: values)
    let weighting = try ImportanceWeighting(
      (model.encoder, model.decoder), .gaussian, parameters, chunk: 3, seed: 7, on: context)
    let truth = (0..<5).map { known.logLikelihood(of: Array(images[$0 * 16..<($0 + 1) * 16])) }
    for draws in [1, 3] {
      for (bound, truth) in zip(try weighting.run(images, draws: draws), truth) {
        #expect(abs(bound - truth) < 1e-4, "\(draws) draws")
      }
    }
    // The bound of the whole, whose images are bytes.
    let bounds = try #require(
      try LikelihoodBounds(
        model, pixels: images.map { UInt8(($0 * 255).rounded()) }, seed: 1, on: context))
    try set(bounds.parameters, to: values)
    let metrics = try bounds.measure(draws: 2)
    #expect(abs(metrics.iwBound - truth.reduce(0, +) / 5) < 1e-4)
    // The lower bound is this, but for the noise of its one draw for each image.
    #expect(abs(metrics.elbo - metrics.iwBound) < 3)
    // With a decoder that ignores its latents, and an encoder of the standard normal distribution.
    var blind = values.mapValues { $0.map { _ in Float(0) } }
    blind["decoder.fc.bias"] = values["decoder.fc.bias"]
    try set(bounds.parameters, to: blind)
    let exact = try bounds.measure(draws: 2)
    #expect(abs(exact.elbo - exact.iwBound) < 1e-4)
    #expect(
      abs(exact.elbo + exact.reconstruction + 8 * log(2 * Double.pi)) < 1e-4)
    let bias = try #require(values["decoder.fc.bias"])
    let squares = images.enumerated().reduce(0.0) {
      let difference = Double($1.element) - Double(bias[$1.offset % 16])
      return $0 + difference * difference
    }
    #expect(abs(exact.reconstruction - squares / 2 / 5) < 1e-4)
  }

  @Test func moreDrawsGiveATighterBound() throws {
    let context = try testContext()
    let set = try parameters(3, on: context)
    let weighting = try ImportanceWeighting(
      (VAE.tiny.encoder, VAE.tiny.decoder), .bernoulli, set, chunk: 5, seed: 7, on: context)
    func bound(_ draws: Int) throws -> Double {
      try weighting.run(images, draws: draws).reduce(0, +) / 5
    }
    #expect(try bound(100) > bound(1))
    #expect(try bound(100).bitPattern == bound(100).bitPattern)
  }

  @Test func anEncoderThatSeesNothingHasNoActiveUnits() throws {
    let context = try testContext()
    let pixels = images.map { UInt8($0 * 255) }
    func active(scaling factor: Float) throws -> LikelihoodMetrics {
      let bounds = try #require(
        try LikelihoodBounds(VAE.tiny, pixels: pixels, seed: 1, on: context))
      let list = CommandList(context)
      bounds.parameters.initialize(seed: 5, on: list)
      try list.run()
      let last = try #require(bounds.parameters.parameters.first { $0.name == "encoder.fc.weight" })
      try last.value.write(try last.value.floats().map { factor * $0 })
      return try bounds.measure()
    }
    #expect(try active(scaling: 0).activeUnits == 0)
    let metrics = try active(scaling: 20)
    #expect(metrics.activeUnits == VAE.tiny.latent)
    #expect(metrics.elbo < -metrics.reconstruction)
    #expect(metrics.iwBound > metrics.elbo)
  }
}
