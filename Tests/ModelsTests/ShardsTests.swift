import GPUTensor
import TestSupport
import Testing

@testable import GenerativeModels

/// Batches that are divided into shards.
@Suite struct ShardsTests {
  @Test(arguments: [(1, 5), (2, 5), (3, 8), (8, 64), (8, 3), (5, 1)])
  func shardsShareTheRowsOut(shards: Int, rows: Int) {
    let shards = Shards(shards)
    let parts = (0..<shards.count).map { shards.rows(of: $0, in: rows) }
    #expect(parts.flatMap(Array.init) == Array(0..<rows))
    #expect(parts.map(\.count).max() == shards.mostRows(of: rows))
    #expect(parts.allSatisfy { $0.count >= rows / shards.count })
  }

  /// The sums by which shards are combined, as text.
  @Test(arguments: [
    (1, 4, "0"), (2, 4, "(0+1)/2"), (3, 4, "(0+(1+2))/3"), (4, 4, "((0+1)+(2+3))/4"),
    (8, 8, "(((0+1)+(2+3))+((4+5)+(6+7)))/8"), (8, 3, "((0+2)+5)/3"), (4, 1, "0"),
  ])
  func sumsAreInTheOrderOfATree(shards: Int, rows: Int, sum: String) {
    let shards = Shards(shards)
    var (latest, kept) = ("", [Int: String]())
    let present = (0..<shards.count).filter { !shards.rows(of: $0, in: rows).isEmpty }
    shards.walk(rows: rows) {
      latest = "\($0)"
    } keep: {
      #expect($0 < shards.depth)
      kept[$0] = latest
    } join: { depth, isLast in
      latest = "(\(kept[depth] ?? "")+\(latest))" + (isLast ? "/\(present.count)" : "")
    }
    #expect(latest == sum)
  }

  /// The networks of an autoencoder without random numbers, and what a step of it leaves.
  private struct Autoencoder {
    let parameters: ParameterSet
    let runner: EpochRunner

    init(
      _ network: Network, shards: Int, pixels: [UInt8], batchSize: Int, on context: Context
    ) throws {
      let parameters = ParameterSet(context, of: network)
      let division = Shards(shards)
      let rows = division.mostRows(of: batchSize)
      let parts = (0..<shards).map { shard in
        (
          NetworkPass(
            network, parameters, .init(rows: rows, trains: true, countsBatches: shard == 0),
            on: context), Tensor(context, [rows, 4], label: "images")
        )
      }
      let adam = AdamSettings(learningRate: 1e-2)
      var recipe = StepBuilder.Recipe(
        terms: ["loss"], updating: ["the network": parameters], seed: 1, adam: adam
      ) { step in
        try step.update("adam", parameters, adam, normalizing: [parameters]) { step in
          let (pass, images) = parts[step.shard]
          let x = images.prefix(step.rows)
          step.gatherImages(into: x, range: 0...1)
          let logits = try pass.forward(x, groups: 1, logits: true, on: step.list)
          step.list.bceWithLogits(
            "loss", logits, targets: x, into: pass.outputGradient(rows: step.rows),
            loss: step.term(0))
          try pass.backward(x, on: step.list)
        }
      }
      recipe.shards = division
      let store = try ImageStore(
        context, pixels: pixels, count: pixels.count / 4, batchSize: batchSize, label: "images")
      self.parameters = parameters
      runner = try EpochRunner(store, recipe, on: context)
      let initial = CommandList(context)
      parameters.initialize(seed: 1, on: initial)
      try initial.run()
      try runner.restart(epoch: 0)
    }
  }

  private func pixels(_ images: Int) -> [UInt8] {
    (0..<4 * images).map { UInt8(truncatingIfNeeded: $0 &* 37) }
  }

  /// With full batches of 7 and a last one of 2, which leaves shards empty.
  @Test func gradientsAreThoseOfTheWholeBatch() throws {
    let context = try testContext()
    let network = Network(prefix: "net", input: 4) {
      Linear("fc0", to: 5); Tanh(); Linear("fc1", to: 4); Sigmoid()
    }
    func train(_ shards: Int) throws -> (loss: Double, moments: [Float]) {
      let trained = try Autoencoder(
        network, shards: shards, pixels: pixels(16), batchSize: 7, on: context)
      let loss = try trained.runner.runEpoch()[0]
      return (loss, try trained.parameters.parameters.flatMap { try $0.firstMoment.floats() })
    }
    let (whole, divided) = (try train(1), try train(3))
    // Only the order of sums differs, of numbers near 1.
    #expect(abs(divided.loss - whole.loss) < 1e-5 * whole.loss)
    #expect(divided.moments.count == whole.moments.count)
    for (a, b) in zip(divided.moments, whole.moments) { #expect(abs(a - b) < 1e-5) }
  }

  /// Running statistics are the means over shards of what each makes of those before the step.
  @Test func runningStatisticsAreMeansOverShards() throws {
    let context = try testContext()
    let pixels = pixels(6)
    let network = Network(prefix: "net", input: 4) {
      Linear("same", to: 4); BatchNorm("norm"); Linear("fc", to: 4); Sigmoid()
    }
    let trained = try Autoencoder(network, shards: 3, pixels: pixels, batchSize: 6, on: context)
    // The first layer leaves the pixels as they are.
    let same = trained.parameters.parameters
    try same[0].value.write((0..<16).map { $0 % 5 == 0 ? 1 : 0 } as [Float])
    try same[1].value.write([Float](repeating: 0, count: 4))
    try trained.runner.runEpoch()
    let statistics = trained.parameters.statistics[0]
    let order = BatchOrder(
      batchSize: 6, shuffle: RandomStream.shuffle.source(seed: 1), state: StepState(context)
    ).images(rows: 6, batch: 0, epoch: 0, of: 6)
    let (means, variances) = (
      try statistics.running.mean.floats(), try statistics.running.variance.floats()
    )
    for channel in 0..<4 {
      let values = order.map { Double(pixels[4 * $0 + channel]) / 255 }
      let mean = values.reduce(0, +) / 6
      // Half the squared difference is the unbiased variance of two numbers.
      let differences: [Double] = (0..<3).map { values[2 * $0] - values[2 * $0 + 1] }
      let variance: Double = differences.reduce(0) { $0 + $1 * $1 } / 6
      #expect(abs(Double(means[channel]) - 0.1 * mean) < 1e-6)
      #expect(abs(Double(variances[channel]) - 0.9 - 0.1 * variance) < 1e-6)
    }
    #expect(try statistics.batches.words() == [1], "the shards are of one batch")
  }

  /// A GAN with batch normalization and dropout in few kernels.
  private static var gan: GAN {
    GAN(
      builtIn: "flat-gan",
      generator: Network(prefix: "generator", input: 4) {
        Linear("fc0", to: 8); BatchNorm("norm0"); LeakyReLU()
        Linear("fc1", to: 16); Tanh()
      },
      discriminator: Network(prefix: "discriminator", input: 16) {
        Linear("fc0", to: 8); BatchNorm("norm1"); LeakyReLU(); Dropout(0.4)
        Linear("fc1", to: 1)
      },
      batchSize: 2, learningRate: 1e-2)
  }

  /// In the last batch, of one image, the second shard is empty.
  @Test func aDividedTrainingResumes() throws {
    let context = try testContext()
    func run() throws -> ShortRun { try ShortRun(Self.gan, shards: 2, steps: 2, on: context) }
    let whole = try run()
    let metrics = try whole.trainer.trainEpoch().map(\.bitPattern)

    let cut = try run()
    #expect(try cut.trainer.training.run(pausing: { $0 == 1 }) == .paused(1))
    let checkpoint = try Checkpoint(
      of: cut.trainer, at: TrainingPosition(batch: 1), seed: 1, details: [:])
    let resumed = try run()
    _ = try resumed.trainer.trainEpoch()
    _ = try checkpoint.restore(resumed.trainer)
    #expect(try resumed.trainer.trainEpoch(from: 1).map(\.bitPattern) == metrics)
    #expect(try resumed.state() == whole.state())
    // Images and fakes, and fakes again, in each of two steps.
    #expect(try whole.trainer.parameterSets[1].statistics[0].batches.words() == [6])
  }

  /// Each shard draws numbers of its own.
  @Test func shardsShareNoStream() {
    let streams = [RandomStream.shuffle, .adversarialNoise, .discriminatorDropout].flatMap {
      stream in
      [0, 1, 2, 700].flatMap { shard in
        [0, 1, 17].map { stream.source(seed: 1, stage: $0, shard: shard).stream }
      }
    }
    #expect(Set(streams).count == streams.count)
  }
}
