import ArgumentParser
import Explorer
import Files
import GPUTensor
import GenerativeModels

/// `gputrain explore CHECKPOINT`: writes a page on which a person moves through the latent space.
struct ExploreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explore",
    abstract: "Writes a page on which you move through a checkpoint's latent space.",
    discussion: """
      The page computes its images itself, in any browser and without a network, so it can be sent \
      to others as one file. It has sliders, a map with a point to drag, a path between two \
      places, neighbours, and the classes of a conditional model. Its address keeps the place. Up \
      to \(LatentDirections.most) latents have sliders of their own. Of more, the sliders are the \
      directions in which images change most. The weights are stored in 16 bits, unless that \
      changes a pixel by more than 1/255; --exact always keeps 32. Only the weights of the \
      generator or the decoder are needed. For example:

        gputrain explore runs/linear-vae
        gputrain explore runs/dcgan --out dcgan.html --exact
      """)

  @OptionGroup var weights: CheckpointOptions

  @Option(help: "The page: FILE.html.", completion: .file(extensions: ["html"]))
  var out = "explore.html"

  @Flag(help: "Keep the weights in 32 bits, whose file is twice as large.")
  var exact = false

  @OptionGroup var deviceOptions: DeviceOptions

  func validate() throws { try OptionCheck.file(out, "--out", ending: ".html") }

  func run() throws {
    let file = try weights.read()
    let classes = try file.classes
    try OutputOptions.check([out], besides: [file.path])
    let context = try deviceOptions.openContext()
    let page = try page(of: file, classes, on: context)
    try AtomicFile.write(page.html, to: out)
    try StandardOutput.print(out)
  }

  private func page(
    of file: CheckpointFile, _ classes: [String], on context: Context
  ) throws -> ExplorerPage {
    let model = file.model
    let parameters = ParameterSet(context, of: model.decoder)
    try file.restore(parameters)
    let count = LatentDirections.anchorCount(latent: model.latent)
    let drawn = Latents(count: count, width: model.latent, seed: 1, on: context)
    let decoder = try Inference(model.decoder, parameters, on: context)
    try KernelCache.compile([decoder.list, drawn.list])
    let latents = try drawn.draw()
    let weights =
      exact
      ? try PageWeights(exactly: parameters)
      : try PageWeights(roundingIfAlike: parameters, range: model.imageRange) {
        try decoder.run(latents, labels: model.evenLabels(count))
      }
    let directions = try LatentDirections(at: latents, latent: model.latent) { latents, anchor in
      let label = model.labels == 0 ? nil : UInt8(anchor % model.labels)
      return try decoder.run(
        latents, labels: label.map { Array(repeating: $0, count: latents.count / model.latent) })
    }
    return try ExplorerPage(
      of: model, classes: classes, weights: weights, directions: directions,
      subject: file.statedEpoch.map { "after epoch \($0)" } ?? "")
  }
}
