import ArgumentParser
import Datasets
import Evaluation
import Files
import GPUTensor
import GenerativeModels
import SafeTensors

/// `gputrain latents CHECKPOINT`: shows what a model's latents mean.
struct LatentsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "latents",
    abstract: "Draws what a checkpoint's latents mean, as sheets and a map.",
    discussion: """
      Traversals have a row for each latent, which goes from -3 to 3 while the others stay: at 0, \
      the mean, or at the first latents that `sample` draws from --seed. A row is named by the \
      number of its latent, from 0 on, and by a number that says how much the latent matters: for \
      a VAE its divergence in nats, over validation images; for a GAN the change of the pixels \
      from one end to the other. The rows are in the order of these. The map has the means \
      of validation images, coloured by class: two latents, or the first two principal components \
      of more. The manifold is a grid in the map's plane, through the quantiles of the normal \
      distribution. A GAN has no map, and a manifold only with two latents. If the model is \
      conditional on classes, the images show the class of --label, or else the first. Without \
      --tensors and an option for a picture, the pictures are \(LatentsOutputOptions.pictures). \
      --tensors gets F32 tensors: `z` [n, latent], which `sample --latents` takes, and `images` \
      [n, height, width] of the traversals, row by row; `manifold_z` and `manifold` likewise; for \
      a VAE `divergence` [latent], and of the m validation images `mean` and `log_variance` [m, \
      latent], `map` [m, 2] and U8 `classes` [m]; for a GAN `change` [latent]. The images are \
      those that the checkpoint's run was trained with, or else MNIST's, unless --dataset names \
      others.
      """)

  private static let defaultRows = 20
  private static let defaultCount = 2000

  @OptionGroup var weights: CheckpointOptions

  @Option(help: "The number of rows of traversals. (default: \(defaultRows), or all latents)")
  var rows: Int?

  @Option(help: "The number of images in a row of traversals.")
  var steps = 11

  @Option(help: "The number of rows, and of columns, of the manifold.")
  var side = 20

  @Option(
    help: """
      The number of images to encode, from the first validation image on. (default: \
      \(defaultCount), or all if there are fewer)
      """)
  var count: Int?

  @Option(
    help: """
      The seed of the latents around which traversals go. Several --seed draw traversals side by \
      side. (default: 1 for a GAN; none for a VAE, whose traversals go around the mean)
      """)
  var seed: [UInt64] = []

  @OptionGroup var labels: LabelOptions
  @OptionGroup var output: LatentsOutputOptions
  @OptionGroup var data: DataOptions
  @OptionGroup var deviceOptions: DeviceOptions

  func validate() throws {
    try OptionCheck.number(rows, .count, "--rows")
    try OptionCheck.imageCount(count)
    if count == 1 { throw ValidationError("--count must be at least 2") }
    guard (2...1000).contains(steps) else {
      throw ValidationError("--steps must be between 2 and 1000")
    }
    guard (2...100).contains(side) else {
      throw ValidationError("--side must be between 2 and 100")
    }
    let (most, sheets) = (OptionCheck.maximumImages, max(1, seed.count))
    guard sheets <= 10 else { throw ValidationError("give --seed at most 10 times") }
    guard (rows ?? Self.defaultRows) <= most / steps / sheets else {
      throw ValidationError("--rows times --steps, for each --seed, must be at most \(most)")
    }
  }

  func run() throws {
    let file = try weights.read()
    let model = file.model
    let paths = try output.paths(for: model)
    // A conditional model shows its first class unless the user chooses another.
    let label = try labels.place(in: file) ?? (model.labels == 0 ? nil : 0)
    let examples = try examples(for: file)
    try output.check(paths, besides: [file.path] + (examples?.files ?? []))
    let context = try deviceOptions.openContext()
    let parameters =
      model.imageEncoder.map { ParameterSet(context, of: $0, model.decoder) }
      ?? ParameterSet(context, of: model.decoder)
    try file.restore(parameters)
    let space = try LatentSpace(model, parameters, label: label, on: context)
    let seeds = seed.isEmpty && examples == nil ? [1] : seed
    let drawn = seeds.map { Latents(count: 1, width: model.latent, seed: $0, on: context) }
    try KernelCache.compile(space.lists + drawn.map(\.list))
    let mean = [Float](repeating: 0, count: model.latent)
    let centres = seeds.isEmpty ? [mean] : try drawn.map { try $0.draw() }
    let encoding = try examples.flatMap { try space.encode($0.images, labels: $0.labels) }
    let pictures = LatentPictures(
      space: space, centres: centres, seeds: seeds,
      measures: try encoding?.divergences(latent: model.latent)
        ?? space.changes(around: centres),
      measure: encoding == nil ? .change : .divergence,
      className: try label.map { try file.classes[Int($0)] })
    var tensors = [pictures.measureTensor]
    if paths[.traversals] != nil || output.tensors != nil {
      let drawing = try pictures.traversals(rows: rows ?? Self.defaultRows, steps: steps)
      tensors += drawing.tensors
      try drawing.write(to: paths[.traversals])
    }
    let plane = try plane(of: encoding, model)
    if let plane, paths[.manifold] != nil || output.tensors != nil {
      let drawing = try pictures.manifold(of: plane, side: side)
      tensors += drawing.tensors
      try drawing.write(to: paths[.manifold])
    }
    if let encoding, let examples {
      tensors += examples.tensors(encoding, in: plane, latent: model.latent)
      if let plane, let path = paths[.map] {
        try examples.writeMap(encoding, in: plane, of: model, to: path)
      }
    }
    try output.write(tensors)
  }

  /// Returns the plane of the manifold and the map; nil if the model has none.
  private func plane(of encoding: Encoding?, _ model: any GenerativeModel) throws -> LatentPlane? {
    guard model.latent > 1, let encoding else { return model.latent == 2 ? .ofTwoLatents : nil }
    return try LatentPlane(of: encoding.means, latent: model.latent)
  }

  /// Loads the images to encode; nil if the model encodes none.
  private func examples(for file: CheckpointFile) throws -> LatentExamples? {
    guard file.model.imageEncoder != nil else { return nil }
    let data = try data.load(for: file.model, of: weights.record())
    let pixels = try data.firstValidationImages(count, orElse: Self.defaultCount)
    let number = pixels.count / data.shape.elements
    guard number > 1 else {
      throw InputError(
        description: "\(data.name) has one validation image; a map of latents needs two")
    }
    return LatentExamples(
      images: file.model.images(pixels),
      labels: try file.labels(of: data.validation, in: data).map { Array($0.prefix(number)) },
      classes: data.classPlaces(of: data.validation).map { Array($0.prefix(number)) },
      names: data.classes.map(\.name), files: data.source.files)
  }
}
