import ArgumentParser
import Datasets
import GPUTensor
import GenerativeModels
import Images
import Reports
import SafeTensors

/// `gputrain reconstruct CHECKPOINT`: reconstructs or judges validation images.
struct ReconstructCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reconstruct",
    abstract: "Reconstructs validation images with a VAE, or judges them with a GAN.",
    discussion: """
      A VAE encodes the images and decodes the means; the sheet has each image above its \
      reconstruction. A GAN's discriminator judges them, and as many images of its generator \
      (those that `sample` draws with seed 1); the sheet has a part for each verdict on real and \
      on generated images. Without --out and --tensors the sheet is \
      \(sheetName). --tensors gets F32 tensors: `images` [n, height, width] in the model's own \
      range, as `sample` has it; for a VAE `mean` and `log_variance` [n, latent] and \
      `reconstructions` like `images`; for a GAN `logits` [n], above 0 for real, and `fakes` like \
      `images` with `fake_logits` [n]; for a conditional model U8 `labels` [n], those of the \
      images, which it takes. Dropout is off. The images are \
      those that the checkpoint's run was trained with, or else MNIST's, unless --dataset names \
      others.
      """)

  private static let sheetName = "reconstructions.png"
  private static let defaultCount = 25

  @OptionGroup var weights: CheckpointOptions

  @Option(
    help: """
      The number of images, from the first validation image on. (default: \(defaultCount), or all \
      if there are fewer)
      """)
  var count: Int?

  @OptionGroup var output: OutputOptions
  @OptionGroup var data: DataOptions
  @OptionGroup var deviceOptions: DeviceOptions

  func validate() throws { try OptionCheck.imageCount(count) }

  func run() throws {
    let file = try weights.read()
    let dataset = try data.load(for: file.model, of: weights.record())
    let pixels = try dataset.firstValidationImages(count, orElse: Self.defaultCount)
    let labels = try file.labels(of: dataset.validation, in: dataset).map {
      Array($0.prefix(pixels.count / dataset.shape.elements))
    }
    try output.check(besides: [file.path] + dataset.source.files, sheet: Self.sheetName)
    let context = try deviceOptions.openContext()
    guard
      let view = try Self.reconstruct(pixels, labels, file, on: context)
        ?? Self.judge(pixels, labels, file, on: context)
    else {
      throw UsageError(
        description: "\(file.model.name) neither encodes nor judges images; use sample")
    }
    try output.write(view.tensors, sheet: Self.sheetName, drawing: view.sheet)
  }

  /// The result of a model for images.
  private struct View {
    let tensors: [SafeTensor]
    let sheet: () throws -> Picture
  }

  /// Encodes and decodes images; nil if the model has no encoder.
  private static func reconstruct(
    _ pixels: ArraySlice<UInt8>, _ labels: [UInt8]?, _ file: CheckpointFile, on context: Context
  ) throws -> View? {
    let model = file.model
    guard let encoder = model.imageEncoder else { return nil }
    let parameters = ParameterSet(context, of: encoder, model.decoder)
    guard let autoencoder = try Reconstruction(model, parameters, on: context) else { return nil }
    try file.restore(parameters)
    let images = model.images(pixels)
    try KernelCache.compile(autoencoder.lists)
    let (encoding, made) = try autoencoder.run(images, labels: labels)
    return View(
      tensors: [
        SafeTensor(name: "images", images, of: model.imageShape),
        SafeTensor(name: "mean", examples: encoding.means, of: model.latent),
        SafeTensor(name: "log_variance", examples: encoding.logVariances, of: model.latent),
        SafeTensor(name: "reconstructions", made, of: model.imageShape),
      ] + SafeTensor.labels(labels),
      sheet: { try reconstructionSheet(images, made, of: model) })
  }

  /// Judges images, and as many of the model's own; nil if the model has no network for it.
  private static func judge(
    _ pixels: ArraySlice<UInt8>, _ labels: [UInt8]?, _ file: CheckpointFile, on context: Context
  ) throws -> View? {
    let model = file.model
    guard let judge = model.imageJudge else { return nil }
    let parameters = ParameterSet(context, of: judge, model.decoder)
    try file.restore(parameters)
    let images = model.images(pixels)
    let latents = Latents(
      count: pixels.count / model.imageShape.elements, width: model.latent, seed: 1, on: context)
    let discriminator = try Inference(judge, parameters, on: context)
    let generator = try Inference(model.decoder, parameters, on: context)
    try KernelCache.compile([discriminator.list, generator.list, latents.list])
    let fakes = try generator.run(latents.draw(), labels: labels)
    let logits = try discriminator.run(images, labels: labels)
    let fakeLogits = try discriminator.run(fakes, labels: labels)
    return View(
      tensors: [
        SafeTensor(name: "images", images, of: model.imageShape),
        SafeTensor(name: "logits", examples: logits),
        SafeTensor(name: "fakes", fakes, of: model.imageShape),
        SafeTensor(name: "fake_logits", examples: fakeLogits),
      ] + SafeTensor.labels(labels),
      sheet: {
        let panels =
          verdictPanels(try model.pictures(images), logits: logits, of: "real")
          + verdictPanels(try model.pictures(fakes), logits: fakeLogits, of: "generated")
        return ImageSheet().render(panels)
      })
  }
}
