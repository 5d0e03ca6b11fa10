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
      the row's ends. If the model is conditional on classes, a row shows one class: that of \
      --label, or each class in turn. The path between the latents is spherical, in even angles: \
      latents of a normal distribution lie near a sphere, and a straight line would cut through \
      its inside, of which a decoder has seen little. Without --out and --tensors the sheet is \
      \(sheetName). --tensors gets F32 tensors, row by row: `z` [n, latent], which `sample \
      --latents` takes, and `images` [n, height, width] in the model's own range; for a VAE also \
      `originals` [2 * rows, height, width], the pairs of images; for a conditional model U8 \
      `labels` [n]. The images are those that the checkpoint's run was trained with, or else \
      MNIST's, unless --dataset names others.
      """)

  private static let sheetName = "interpolations.png"
  private static let defaultRows = 5

  @OptionGroup var weights: CheckpointOptions

  @Option(
    help: """
      The number of rows. (default: \(defaultRows), or one for each pair of images if there are \
      fewer; one for each class of a conditional model without --label)
      """
  )
  var rows: Int?

  @Option(help: "The number of images in a row, both ends included.")
  var steps = 10

  @Option(help: "The seed of the latents, or of the choice of images.")
  var seed: UInt64 = 1

  @OptionGroup var labels: LabelOptions
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
    /// The class of each image, (rows · steps); nil for a model without labels.
    let labels: [UInt8]?
    /// (2 · rows, pixels), packed: the images whose latents are the ends; empty for a GAN.
    var originals: [Float] = []
  }

  func run() throws {
    let file = try weights.read()
    let (model, classes) = (file.model, try file.classes)
    let place = try labels.place(in: file)
    let made = try betweenImages(file, of: place) ?? betweenLatents(file, of: place)
    var tensors = [
      SafeTensor(name: "z", examples: made.z, of: model.latent),
      SafeTensor(name: "images", made.images, of: model.imageShape),
    ]
    if !made.originals.isEmpty {
      tensors.append(SafeTensor(name: "originals", made.originals, of: model.imageShape))
    }
    try output.write(tensors + SafeTensor.labels(made.labels), sheet: Self.sheetName) {
      let what = made.originals.isEmpty ? "latents of seed \(seed)" : "means"
      let rows = stride(from: 0, to: made.z.count / model.latent, by: steps)
      return try interpolationSheet(
        made.images, between: made.originals, of: model,
        caption: "\(model.name): spherical between \(what)",
        rowNames: rows.map { row in made.labels.map { classes[Int($0[row])] } ?? "" })
    }
  }

  private func betweenLatents(_ file: CheckpointFile, of place: UInt8?) throws -> Rows {
    let model = file.model
    try output.check(besides: [file.path], sheet: Self.sheetName)
    let context = try deviceOptions.openContext()
    let parameters = ParameterSet(context, of: model.decoder)
    try file.restore(parameters)
    let rows = rows ?? rowsByDefault(model, of: place)
    let ends = Latents(count: 2 * rows, width: model.latent, seed: seed, on: context)
    let generator = try Inference(model.decoder, parameters, on: context)
    try KernelCache.compile([generator.list, ends.list])
    let z = paths(between: try ends.draw(), width: model.latent)
    let shown = rowLabels(model, of: place, rows: rows)?.flatMap { repeatElement($0, count: steps) }
    return Rows(z: z, images: try generator.run(z, labels: shown), labels: shown)
  }

  /// Interpolates between the latents of images; nil if the model has no encoder.
  private func betweenImages(_ file: CheckpointFile, of place: UInt8?) throws -> Rows? {
    let model = file.model
    guard let encoder = model.imageEncoder else { return nil }
    let dataset = try data.load(for: model, of: weights.record())
    let places = try file.labels(of: dataset.validation, in: dataset)
    let most = dataset.validation.count / 2
    let rows = rows ?? max(1, min(rowsByDefault(model, of: place), most))
    let each = rowLabels(model, of: place, rows: rows)
    let originals = model.images(try pairs(of: dataset, places, rows: rows, showing: each))
    try output.check(besides: [file.path] + dataset.source.files, sheet: Self.sheetName)
    let context = try deviceOptions.openContext()
    let parameters = ParameterSet(context, of: encoder, model.decoder)
    try file.restore(parameters)
    guard let autoencoder = try Reconstruction(model, parameters, on: context) else { return nil }
    try KernelCache.compile(autoencoder.lists)
    let ends = try autoencoder.encode(originals, labels: each?.flatMap { [$0, $0] }).means
    let z = paths(between: ends, width: model.latent)
    let shown = each?.flatMap { repeatElement($0, count: steps) }
    return Rows(
      z: z, images: try autoencoder.decode(z, labels: shown), labels: shown, originals: originals)
  }

  /// The rows if the user names no number: one for each class of a conditional model, unless one
  /// class is chosen.
  private func rowsByDefault(_ model: any GenerativeModel, of place: UInt8?) -> Int {
    model.labels == 0 || place != nil ? Self.defaultRows : model.labels
  }

  /// The class of each row: the chosen one, or all in turn; nil for a model without labels.
  private func rowLabels(
    _ model: any GenerativeModel, of place: UInt8?, rows: Int
  ) -> [UInt8]? {
    model.labels == 0 ? nil : (0..<rows).map { place ?? UInt8($0 % model.labels) }
  }

  /// Chooses a pair of validation images for each row, none of them twice, and returns their bytes.
  /// If the rows show classes, the images are of these.
  private func pairs(
    of dataset: Dataset, _ places: [UInt8]?, rows: Int, showing each: [UInt8]?
  ) throws -> [UInt8] {
    let (images, pixels) = (dataset.validation, dataset.shape.elements)
    guard images.count >= 2 else {
      throw InputError(description: "\(dataset.name) has one validation image; a row needs two")
    }
    guard 2 * rows <= images.count else {
      throw UsageError(
        description: """
          --rows \(rows) needs \(2 * rows) validation images: \(dataset.name) has \(images.count)
          """)
    }
    var left = Array(0..<images.count)
    var random = SplitMix64(seed: seed)
    return try (0..<2 * rows).flatMap { index in
      left.swapAt(index, index + random.index(below: images.count - index))
      if let label = each?[index / 2], let places {
        guard let other = left[index...].firstIndex(where: { places[$0] == label }) else {
          let name = dataset.classes[Int(label)].name
          throw InputError(
            description: """
              \(dataset.name) has too few validation images of class \(name): each row needs two
              """)
        }
        left.swapAt(index, other)
      }
      return images.storage[left[index] * pixels..<(left[index] + 1) * pixels].bytes
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
