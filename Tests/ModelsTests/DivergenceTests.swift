import GPUTensor
import TestSupport
import Testing

@testable import GenerativeModels

/// A number that is not finite is found in its step, and explained.
@Suite struct DivergenceTests {
  private static let steps = 4

  /// Runs an epoch with `poison` in one number of a parameter from the third step on.
  private func diverge(
    _ run: ShortRun, _ parameter: Parameter, _ poison: Float
  ) throws -> Divergence? {
    let trainer = run.trainer
    try trainer.initialize()
    #expect(try trainer.training.run(pausing: { $0 == 2 }) == .paused(2))
    let values = try parameter.value.floats()
    try parameter.value.write([poison] + values.dropFirst())
    do {
      try trainer.training.runEpoch(from: 2)
      return nil
    } catch let divergence as Divergence {
      return divergence
    }
  }

  /// Every parameter of every model, even if a rectifier hides it from the loss.
  @Test(arguments: Models.paper)
  func isFoundInItsStep(model: any GenerativeModel) throws {
    let run = try ShortRun(model, steps: Self.steps)
    for parameter in run.trainer.parameterSets.flatMap(\.parameters) {
      #expect(try diverge(run, parameter, .nan)?.step == 3, "\(parameter.name)")
    }
  }

  @Test(
    arguments: [
      (GAN.linear, "generator.out.2.weight", "generator.out.2 of the generator"),
      (GAN.linear, "discriminator.out.9.bias", "discriminator.out.9 of the discriminator"),
      (GAN.dcgan, "generator.trans_conv3.weight", "generator.trans_conv3 of the generator"),
      (VAE.convolutional, "conv1.bias", "conv1 of the encoder"),
    ] as [(any GenerativeModel, String, String)])
  func aParameterIsNamed(model: any GenerativeModel, name: String, layer: String) throws {
    let run = try ShortRun(model, steps: Self.steps)
    let parameter = try #require(
      run.trainer.parameterSets.flatMap(\.parameters).first { $0.name == name })
    #expect(try diverge(run, parameter, .infinity)?.step == 3)
    // Trains again, up to the step before.
    try run.trainer.initialize()
    _ = try run.trainer.training.run(pausing: { $0 == 2 })
    #expect(try DivergenceCause(in: run.trainer.training.list(after: 2), of: run.trainer) == nil)
    try run.trainer.initialize()
    _ = try run.trainer.training.run(pausing: { $0 == 2 })
    try parameter.value.write([.infinity] + (try parameter.value.floats().dropFirst()))
    let cause = try DivergenceCause(in: run.trainer.training.list(after: 2), of: run.trainer)
    let kind = name.hasSuffix("bias") ? "bias" : "weight"
    #expect(cause?.description == "the \(kind) of layer \(layer)")
  }

  /// A finite weight that makes the next layer's output infinite.
  @Test func theFirstOutputThatIsNotFiniteIsNamed() throws {
    let run = try ShortRun(VAE.linear, steps: Self.steps)
    let parameters = run.trainer.parameterSets.flatMap(\.parameters)
    for name in ["encoder.2", "decoder.4"] {
      func poison() throws {
        try run.trainer.initialize()
        for parameter in parameters where parameter.name == name + ".weight" {
          try parameter.value.write([Float](repeating: 3e38, count: parameter.value.count))
        }
      }
      try poison()
      #expect(throws: Divergence.self) { try run.trainer.training.runEpoch() }
      try poison()
      let cause = try DivergenceCause(in: run.trainer.training.list(after: 0), of: run.trainer)
      let role = name.prefix { $0 != "." }
      #expect(cause?.description == "the output of layer \(name) of the \(role)")
    }
  }

  /// Every output is finite, since the layer before the last one outputs almost zeros; a gradient
  /// before it is not.
  @Test func theFirstGradientThatIsNotFiniteIsNamed() throws {
    let run = try ShortRun(GAN.linear, steps: Self.steps)
    func poison() throws {
      try run.trainer.initialize()
      for (name, value) in [
        ("3.bias", 1e6), ("6.weight", 0), ("6.bias", 1e-36), ("9.weight", 1e36),
      ] as [(String, Float)] {
        let parameter = try #require(
          run.trainer.parameterSets[1].parameters.first { $0.name == "discriminator.out." + name })
        try parameter.value.write([Float](repeating: value, count: parameter.value.count))
      }
    }
    try poison()
    let divergence = #expect(throws: Divergence.self) { try run.trainer.training.runEpoch() }
    #expect(divergence?.step == 1)
    try poison()
    let cause = try DivergenceCause(in: run.trainer.training.list(after: 0), of: run.trainer)
    #expect(
      cause?.description == "the gradient of layer discriminator.out.6 of the discriminator")
  }
}
