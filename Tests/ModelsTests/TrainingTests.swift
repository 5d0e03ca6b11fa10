import Datasets
import Foundation
import GPUTensor
import Images
import TestSupport
import Testing

@testable import GenerativeModels

@Suite struct TrainingTests {
  private static let vae = VAE(
    builtIn: "small-vae",
    encoder: Network(prefix: "encoder", input: 784) { Linear("fc", to: 2 * 4) },
    decoder: Network(prefix: "decoder", input: 4) {
      Linear("fc", to: 784); Sigmoid()
    },
    batchSize: 8, learningRate: 1e-3)

  private static let gan = GAN(
    builtIn: "small-gan",
    generator: Network(prefix: "generator", input: 4) {
      Linear("fc", to: 784); Tanh()
    },
    discriminator: Network(prefix: "discriminator", input: 784) { Linear("fc", to: 1) },
    batchSize: 8, learningRate: 1e-3)

  /// Other taps than 3×3, layers without a bias, and batch normalization.
  private static let convGAN = GAN(
    builtIn: "small-dcgan",
    generator: Network(prefix: "generator", input: 4) {
      Linear("fc", to: 7 * 7 * 4).withoutBias(); Reshape(7, 7, 4)
      BatchNorm("norm0"); ReLU()
      ConvTranspose2D("conv1", to: 4, kernel: 4, stride: 2).withoutBias()
      BatchNorm("norm1"); ReLU()
      ConvTranspose2D("conv2", to: 1, kernel: 4, stride: 2); Tanh()
    },
    discriminator: Network(prefix: "discriminator", input: 28, 28, 1) {
      Conv2D("conv1", to: 4, kernel: 4, stride: 2); LeakyReLU()
      Conv2D("conv2", to: 4, kernel: 4, stride: 2).withoutBias(); LeakyReLU()
      BatchNorm("norm"); Dropout2D(0.25)
      Linear("fc", to: 1).withoutBias()
    },
    batchSize: 8, learningRate: 1e-3)

  private static let conditional = VAE(
    builtIn: "conditional-vae",
    encoder: Network(prefix: "encoder", input: 784, labels: 10) { Linear("fc", to: 2 * 4) },
    decoder: Network(prefix: "decoder", input: 4, labels: 10) {
      Linear("fc", to: 784); Sigmoid()
    },
    batchSize: 8, learningRate: 1e-3)

  private static let models: [any GenerativeModel] = [vae, gan, convGAN]

  private static let data = SyntheticDigits.make(trainCount: 20, validationCount: 5)

  private func training(_ model: any GenerativeModel) throws -> Training {
    try Training(model, on: Self.data, context: testContext())
  }

  private func bits(_ training: Training) throws -> [[UInt32]] {
    try training.trainer.parameterSets.flatMap(\.parameters).map { try $0.value.words() }
  }

  @Test(arguments: models)
  func trainsAsTheTrainerDoes(model: any GenerativeModel) throws {
    let training = try training(model)
    let metrics = [try training.runEpoch(), try training.runEpoch()]
    let context = try testContext()
    let trainer = try model.makeTrainer(
      TrainingOptions(for: model),
      train: try ImageStore(context, Self.data.train, batchSize: 8, label: "images"),
      validation: try ImageStore(context, Self.data.validation, batchSize: 8, label: "images"),
      on: context)
    try trainer.initialize()
    #expect(try metrics.map(\.values) == [trainer.trainEpoch(), trainer.trainEpoch()])
    let parameters = trainer.parameterSets.flatMap(\.parameters)
    #expect(try bits(training) == parameters.map { try $0.value.words() })
  }

  @Test func metricsHaveNames() throws {
    let metrics = EpochMetrics(epoch: 3, names: ["train_loss", "kl"], values: [152.26, 4])
    #expect(metrics["train_loss"] == 152.26 && metrics["other"] == nil)
    #expect("\(metrics)" == "epoch 3: train_loss 152.3, kl 4")
  }

  @Test(arguments: models)
  func continuesFromACheckpointAsIfItHadNotStopped(model: any GenerativeModel) throws {
    let path = "\(NSTemporaryDirectory())/\(UUID().uuidString).safetensors"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let whole = try training(model)
    try whole.runEpoch()
    try whole.save(to: path)
    let continued = try training(model)
    try continued.load(from: path)
    #expect(continued.epoch == 1)
    #expect(try continued.runEpoch() == whole.runEpoch())
    #expect(try bits(continued) == bits(whole))

    try whole.save(to: path)
    let sampler = try Sampler(model, Checkpoint(contentsOf: path), on: testContext())
    let images = try sampler.sample(3, seed: 7)
    #expect(try images == whole.sample(3, seed: 7))
    #expect(images.map(\.width) == [28, 28, 28] && Set(images.map(\.pixels)).count == 3)
    #expect(try images != whole.sample(3, seed: 8))
  }

  @Test func drawsTheClassesThatAreAskedFor() throws {
    let training = try training(Self.conditional)
    try training.runEpoch()
    let sevens = try training.sample(3, labels: [7, 7, 7])
    #expect(try sevens != training.sample(3, labels: [8, 8, 8]))
    // If no labels are given, equally many of each class, in order.
    #expect(try training.sample(20) == training.sample(20, labels: (0..<20).map { $0 / 2 }))
    for labels in [[7, 7], [7, 7, 10]] as [[UInt8]] {
      #expect(throws: ShapeError.self) { try training.sample(3, labels: labels) }
    }
  }

  @Test func refusesDataThatDoNotFit() throws {
    let context = try testContext()
    func error(_ model: any GenerativeModel, batchSize: Int? = nil) -> String? {
      let options = TrainingOptions(for: model, batchSize: batchSize)
      return #expect(throws: ModelError.self) {
        try Training(model, on: Self.data, options: options, context: context)
      }?.description
    }
    let unlabelled = Dataset(
      name: "bare", train: ImageSet(pixels: Self.data.train.pixels, labels: nil),
      validation: ImageSet(pixels: Self.data.validation.pixels, labels: nil))
    #expect(
      throws: ModelError(
        model: "conditional-vae",
        reason: "it is conditional on 10 classes, and images of bare have no labels")
    ) { try Training(Self.conditional, on: unlabelled, context: context) }
    #expect(
      error(VAE.tiny)
        == "model tiny-vae cannot be used: it takes images of 4×4×1, and those of "
        + "synthetic-digits are 28×28×1")
    #expect(
      error(Self.vae, batchSize: 21)
        == "model small-vae cannot be used: a batch has 21 images, and synthetic-digits has 20 to "
        + "train on; take smaller batches or more images")
  }

  @Test func aFileThatIsNotACheckpointIsNamed() throws {
    #expect {
      try Checkpoint(contentsOf: #filePath)
    } throws: {
      $0 is CheckpointError && "\($0)".hasPrefix("\(#filePath) is not a usable safetensors file: ")
    }
  }

  @Test func imagesHaveTheSizeOfTheModelsMaps() throws {
    #expect(VAE.tiny.imageShape.sizes == [4, 4, 1])
    #expect(VAE.linear.imageShape == .mnist)
    let wide = VAE(
      builtIn: "wide", encoder: Network(input: 2, 3, 1) { Linear("fc", to: 4) },
      decoder: Network(input: 2) {
        Linear("fc1", to: 6); Sigmoid()
      }, batchSize: 1,
      learningRate: 1)
    #expect(wide.imageShape.sizes == [2, 3, 1])
    let pictures = try wide.pictures([0, 0.5, 1, -1, 2, 0.2])
    #expect(pictures.map(\.height) == [2])
    #expect(pictures.map(\.pixels) == [[0, 128, 255, 0, 255, 51]])
    let flat = VAE(
      builtIn: "flat", encoder: Network(input: 6) { Linear("fc", to: 4) },
      decoder: Network(input: 2) {
        Linear("fc1", to: 6); Sigmoid()
      }, batchSize: 1,
      learningRate: 1)
    #expect(flat.imageShape.sizes == [1, 6, 1])
    let coloured = VAE(
      builtIn: "coloured", encoder: Network(input: 1, 2, 3) { Linear("fc", to: 4) },
      decoder: Network(input: 2) {
        Linear("fc1", to: 6); Sigmoid()
      }, batchSize: 1,
      learningRate: 1)
    #expect(coloured.imageShape.sizes == [1, 2, 3])
    let colours = try coloured.pictures([0, 0.5, 1, 0, 0.25, 0.35])
    #expect(colours.map(\.shape) == [ImageShape(height: 1, width: 2, channels: 3)])
    #expect(colours.map(\.pixels) == [[0, 128, 255, 0, 64, 89]])
    let twoChannels = VAE(
      builtIn: "two-channels", encoder: Network(input: 1, 3, 2) { Linear("fc", to: 4) },
      decoder: Network(input: 2) {
        Linear("fc1", to: 6); Sigmoid()
      }, batchSize: 1,
      learningRate: 1)
    let means = try twoChannels.pictures([0, 0.5, 1, 0, 0.25, 0.75])
    #expect(means.map(\.pixels) == [[64, 128, 128]])
    #expect(throws: ImageError.self) { try twoChannels.pictures([0, 0.5, 1]) }
  }
}
