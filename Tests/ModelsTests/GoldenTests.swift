import Foundation
import GPUTensor
import Reference
import TestSupport
import Testing

@testable import GenerativeModels

/// The first steps of each model against PyTorch in float64 (Golden/golden.py).
@Suite struct GoldenTests {
  /// golden.json: the losses of each model's first steps, per image.
  private struct Golden: Decodable {
    let seed: UInt64
    let images: Int
    /// The batch size of the models "of small batches".
    let smallBatch: Int
    /// The number of images of the models that are not the paper's.
    let fewImages: Int
    let losses: [String: [[Double]]]
    /// The sums of running means and variances, and the numbers of batches, of each network.
    let statistics: [String: [[Double]]]

    static func load() throws -> Golden {
      let url = try #require(
        Bundle.module.url(forResource: "golden", withExtension: "json", subdirectory: "Golden"))
      return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: url))
    }

    /// The same random bytes as those of the script.
    func bytes(_ count: Int) -> [UInt8] {
      (0..<count).map {
        UInt8(ReferencePhilox.bits(seed: seed, stream: 1000, step: 0, element: $0) & 255)
      }
    }

    /// The same random labels.
    func labels(_ count: Int, classes: Int) -> [UInt8] {
      (0..<count).map {
        UInt8(
          ReferencePhilox.bits(seed: seed, stream: 1001, step: 0, element: $0) % UInt32(classes))
      }
    }
  }

  @Test(
    arguments: [
      (VAE.linear, .register, .auto), (VAE.linear, .workgroup, .auto),
      (VAE.convolutional, .register, .direct), (VAE.convolutional, .register, .winograd),
      (VAE.convolutional, .workgroup, .auto), (VAE.odd, .register, .auto),
      (VAE.gaussian, .register, .auto),
    ] as [(VAE, KernelFamily, ConvolutionMethod)])
  func variationalAutoencoders(
    model: VAE, family: KernelFamily, convolution: ConvolutionMethod
  ) throws {
    let golden = try Golden.load()
    let context = try testContext(family: family, convolution: convolution)
    let (options, losses) = try expectation(golden, model, family)
    let store = try store(golden, model, options, context)
    let trainer = try VAETrainer(model, options, train: store, validation: store, on: context)
    try CommandList.compile(trainer.trainingLists)
    try trainer.initialize()
    try check(trainer.training, against: losses)
    try check(trainer, against: golden.statistics[model.name])
  }

  /// Models of the examples, on small batches.
  @Test(arguments: ["conditional-vae", "conditional-gan", "vae-2d"])
  func exampleModels(name: String) throws {
    let golden = try Golden.load()
    let context = try testContext(family: .register)
    let model = try exampleModelFile(name)
    let options = TrainingOptions(for: model, seed: golden.seed, batchSize: 8)
    let store = try store(golden, model, options, context)
    let trainer = try model.makeTrainer(options, train: store, validation: store, on: context)
    try CommandList.compile(trainer.trainingLists)
    try trainer.initialize()
    try check(
      trainer.training, terms: model is GAN ? [0, 1, 4] : [0, 1],
      against: try #require(golden.losses[name]))
    try check(trainer, against: golden.statistics[name])
  }

  /// Models whose losses differ from the paper's.
  private static let learning = [
    "gaussian-vae": gaussian,
    "narrow-dcgan-64": LearningSettings(beta1: 0.5),
    "normalized-gan": LearningSettings(realLabel: 0.875),
    "odd-vae": LearningSettings(beta: 4, betaWarmup: 2),
  ]

  private static var gaussian: LearningSettings {
    var settings = LearningSettings(beta: 4)
    settings.likelihood = .gaussian
    return settings
  }

  /// The training of a model, and its losses. Work-groups run convolutions on small batches: a CPU
  /// takes a minute for the real ones.
  private func expectation(
    _ golden: Golden, _ model: any GenerativeModel, _ family: KernelFamily
  ) throws -> (TrainingOptions, [[Double]]) {
    let small = golden.losses["\(model.name) of small batches"]
    if family == .workgroup, let small {
      let options = TrainingOptions(for: model, seed: golden.seed, batchSize: golden.smallBatch)
      return (options, small)
    }
    let options = TrainingOptions(
      for: model, seed: golden.seed, learning: Self.learning[model.name] ?? LearningSettings())
    return (options, try #require(golden.losses[model.name]))
  }

  /// DCGAN's convolutions have the shapes of the VAE's, and work-groups run those.
  @Test(
    arguments: [
      (GAN.linear, .register, .auto), (GAN.linear, .workgroup, .auto),
      (GAN.dcgan, .register, .direct), (GAN.dcgan, .register, .winograd),
      (GAN.normalized, .register, .auto), (GAN.narrow64, .register, .auto),
    ] as [(GAN, KernelFamily, ConvolutionMethod)])
  func adversarialNetworks(
    model: GAN, family: KernelFamily, convolution: ConvolutionMethod
  ) throws {
    let golden = try Golden.load()
    let context = try testContext(family: family, convolution: convolution)
    let (options, losses) = try expectation(golden, model, family)
    let trainer = try GANTrainer(
      model, options, train: try store(golden, model, options, context), on: context)
    try CommandList.compile(trainer.trainingLists)
    try trainer.initialize()
    // Real, fake and the generator's loss are terms 0, 1 and 4.
    try check(trainer.training, terms: [0, 1, 4], against: losses)
    try check(trainer, against: golden.statistics[model.name])
  }

  /// Every product and convolution in its second variant, which a tuner may choose.
  @Test func aTunedModel() throws {
    let golden = try Golden.load()
    let model = VAE.convolutional
    let context = try testContext(family: .register)
    let options = TrainingOptions(for: model, seed: golden.seed)
    let store = try store(golden, model, options, context)
    let second = { (variants: [String]) in variants.dropFirst().first }
    let trainer = try recorded(
      on: context, picking: second, variants: \.training.step.variants
    ) { try model.makeTrainer(options, train: store, validation: store, on: context) }
    try CommandList.compile(trainer.trainingLists)
    try trainer.initialize()
    try check(trainer.training, against: try #require(golden.losses[model.name]))
  }

  /// Expects the running statistics of batch normalizations after the steps.
  private func check(_ trainer: any Trainer, against golden: [[Double]]?) throws {
    let statistics = trainer.parameterSets.flatMap(\.statistics)
    guard let golden else {
      #expect(statistics.isEmpty)
      return
    }
    for (expected, (_, network)) in zip(golden, trainer.networks) {
      let layers = Set(network.normalizations.map(\.name))
      let own = statistics.filter { layers.contains($0.layer) }
      func sum(_ tensor: Tensor) throws -> Double {
        try tensor.floats().reduce(0) { $0 + Double($1) }
      }
      let sums = [
        try own.reduce(0) { $0 + (try sum($1.running.mean)) },
        try own.reduce(0) { $0 + (try sum($1.running.variance)) },
        try own.reduce(0) { $0 + Double(try $1.batches.words()[0]) },
      ]
      for (sum, expected) in zip(sums, expected) {
        #expect(abs(sum - expected) < 1e-4 * max(0.1, abs(expected)), "\(sums), \(expected)")
      }
    }
  }

  private func store(
    _ golden: Golden, _ model: any GenerativeModel, _ options: TrainingOptions, _ context: Context
  ) throws -> ImageStore {
    let count = Models.named(model.name) == nil ? golden.fewImages : golden.images
    let pixels = golden.bytes(count * model.decoder.output.reduce(1, *))
    guard model.labels > 0 else {
      return try ImageStore(
        context, pixels: pixels, count: count, batchSize: options.batchSize, label: "images")
    }
    return try ImageStore(
      context, pixels: pixels, labels: golden.labels(count, classes: model.labels),
      batchSize: options.batchSize, label: "images")
  }

  /// Expects the first step's loss to 1e-6, and those of all steps to 1e-4. A term may differ by
  /// the same fraction of the whole loss, as the divergence of an untrained convolutional VAE is
  /// 4e-6 of its loss.
  private func check(
    _ runner: EpochRunner, terms: [Int] = [0, 1], against golden: [[Double]]
  ) throws {
    for (step, expected) in golden.enumerated() {
      let isLast = step % runner.store.batches == runner.store.batches - 1
      try (isLast ? runner.lastStep : runner.step).run()
      let rows = isLast ? runner.store.lastBatch : runner.store.batchSize
      let batch = try runner.meter.startReading().wait().batch
      let losses = terms.map { batch[$0] / Double(rows) }
      let whole = abs(expected.reduce(0, +))
      for (actual, expected) in zip(
        [losses.reduce(0, +)] + losses, [expected.reduce(0, +)] + expected)
      {
        let error = abs(actual - expected) / whole
        #expect(error < (step == 0 ? 1e-6 : 1e-4), "step \(step + 1): \(actual), \(expected)")
      }
    }
  }
}
