import ArgumentParser
import Datasets
import GPUTensor
import GenerativeModels
import SafeTensors

/// `gputrain interpolate CHECKPOINT`: draws images between latents.
struct InterpolateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "interpolate",
    abstract: "Draws images between latents of a checkpoint.",
    discussion: """
      Each row goes from one latent to another. For a GAN, the latents are drawn as `sample` draws \
      them. For a VAE, they are the encoder's means of two validation images, which are shown at \
      the row's ends. The path between them is spherical, in even angles: latents of a normal \
      distribution lie near a sphere, and a straight line would cut through its inside, of which a \
      decoder has seen little. Without --out and --tensors the sheet is \(sheetName). --tensors \
      gets F32 tensors, row by row: `z` [n, latent], which `sample --latents` takes, and `images` \
      [n, 28, 28] in the model's own range; for a VAE also `originals` [2 * rows, 28, 28], the \
      pairs of images. The images are those that the checkpoint's run was trained with, or else \
      MNIST's, unless --dataset names others.
      """)

  private static let sheetName = "interpolations.png"
  private static let defaultRows = 5

  @OptionGroup var weights: CheckpointOptions

  @Option(
    help: """
      The number of rows. (default: \(defaultRows), or one for each pair of images if there are \
      fewer)
      """
  )
  var rows: Int?

  @Option(help: "The number of images in a row, both ends included.")
  var steps = 10

  @Option(help: "The seed of the latents, or of the choice of images.")
  var seed: UInt64 = 1

  @OptionGroup var output: OutputOptions
  @OptionGroup var data: DataOptions
  @OptionGroup var deviceOptions: DeviceOptions

  func validate() throws {
    try OptionCheck.number(rows, .count, "--rows")
    guard (2...1000).contains(steps) else {
      throw ValidationError("--steps must be between 2 and 1000")
    }
    let most = OptionCheck.maximumImages
    guard (rows ?? 1) <= most / steps else {
      throw ValidationError("--rows times --steps must be at most \(most)")
    }
  }

  /// The paths between latents, with the images that the decoder makes of them.
  private struct Rows {
    /// (rows · steps, latent), packed.
    let z: [Float]
    /// (rows · steps, pixels), packed.
    let images: [Float]
    /// (2 · rows, pixels), packed: the images whose latents are the ends; empty for a GAN.
    var originals: [Float] = []
  }

  func run() throws {
    let file = try weights.read()
    let model = file.model
    let made = try betweenImages(file) ?? betweenLatents(file)
    let side = ImageSet.side
    var tensors = [
      SafeTensor(name: "z", examples: made.z, of: model.latent),
      SafeTensor(name: "images", examples: made.images, of: side, side),
    ]
    if !made.originals.isEmpty {
      tensors.append(SafeTensor(name: "originals", examples: made.originals, of: side, side))
    }
    try output.write(tensors, sheet: Self.sheetName) {
      let what = made.originals.isEmpty ? "latents of seed \(seed)" : "means"
      return try interpolationSheet(
        made.images, steps: steps, between: made.originals, of: model,
        caption: "\(model.name): spherical between \(what)")
    }
  }

  private func betweenLatents(_ file: CheckpointFile) throws -> Rows {
    let model = file.model
    try output.check(besides: [file.path], sheet: Self.sheetName)
    let context = try deviceOptions.openContext()
    let parameters = ParameterSet(context, of: model.decoder)
    try file.restore(parameters)
    let ends = Latents(
      count: 2 * (rows ?? Self.defaultRows), width: model.latent, seed: seed, on: context)
    let generator = try Inference(model.decoder, parameters, on: context)
    try KernelCache.compile([generator.list, ends.list])
    let z = paths(between: try ends.draw(), width: model.latent)
    return Rows(z: z, images: try generator.run(z))
  }

  /// Interpolates between the latents of images; nil if the model has no encoder.
  private func betweenImages(_ file: CheckpointFile) throws -> Rows? {
    let model = file.model
    guard let encoder = model.imageEncoder else { return nil }
    let dataset = try data.load(of: weights.record())
    let originals = model.images(try chosenImages(of: dataset))
    try output.check(besides: [file.path] + dataset.source.files, sheet: Self.sheetName)
    let context = try deviceOptions.openContext()
    let parameters = ParameterSet(context, of: encoder, model.decoder)
    try file.restore(parameters)
    guard let autoencoder = try Reconstruction(model, parameters, on: context) else { return nil }
    try KernelCache.compile(autoencoder.lists)
    let z = paths(between: try autoencoder.encode(originals).means, width: model.latent)
    return Rows(z: z, images: try autoencoder.decode(z), originals: originals)
  }

  /// Chooses pairs of validation images, none of them twice, and returns their bytes.
  private func chosenImages(of dataset: Dataset) throws -> [UInt8] {
    let (images, pixels) = (dataset.validation, ImageSet.pixelsPerImage)
    guard images.count >= 2 else {
      throw InputError(description: "\(dataset.name) has one validation image; a row needs two")
    }
    let pairs = rows ?? min(Self.defaultRows, images.count / 2)
    guard 2 * pairs <= images.count else {
      throw UsageError(
        description: """
          --rows \(pairs) needs \(2 * pairs) validation images: \(dataset.name) has \(images.count)
          """)
    }
    var places = Array(0..<images.count)
    var random = SplitMix64(seed: seed)
    return (0..<2 * pairs).flatMap { index in
      places.swapAt(index, index + random.index(below: images.count - index))
      return images.pixels[places[index] * pixels..<(places[index] + 1) * pixels]
    }
  }

  /// Interpolates from the first latent to the second, from the third to the fourth, and so on.
  private func paths(between ends: [Float], width: Int) -> [Float] {
    stride(from: 0, to: ends.count, by: 2 * width).flatMap { pair in
      Interpolation.spherical(
        from: Array(ends[pair..<pair + width]), to: Array(ends[pair + width..<pair + 2 * width]),
        count: steps)
    }
  }
}
