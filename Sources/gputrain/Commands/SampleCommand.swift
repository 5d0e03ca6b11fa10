import ArgumentParser
import Datasets
import Files
import GPUTensor
import Models
import Reports
import SafeTensors

/// `gputrain sample CHECKPOINT`
struct SampleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample", abstract: "Draws images from a checkpoint.")

  @Argument(help: "A checkpoint, or a run folder, whose last one is meant.")
  var checkpoint: String

  @Option(help: "The number of images.")
  var count = 25

  @Option(help: "The seed of the latents.")
  var seed: UInt64 = 1

  @Option(help: "The sheet of all images. (default: samples.png, unless --tensors is given)")
  var out: String?

  @Option(help: "Take the latents from this file: F32 tensor `z` of shape [n, latent].")
  var latents: String?

  @Option(
    help: """
      Write the images into this file: F32 tensor `images` of shape [n, 28, 28], in the model's \
      own range.
      """)
  var tensors: String?

  @OptionGroup var deviceOptions: DeviceOptions

  func validate() throws {
    guard (1...100_000).contains(count) else {
      throw ValidationError("--count must be between 1 and 100000.")
    }
  }

  func run() throws {
    let file = try CheckpointFile(path: checkpoint)
    let model = file.model
    let given = try latents.map { try Self.readLatents($0, width: model.latent) }
    let context = try deviceOptions.openContext()
    let parameters = try ParameterSet(context, of: model.decoder)
    try file.restore(parameters)
    let z =
      try given
      ?? Latents.draw(count: count, width: model.latent, seed: seed, on: context)
    let images = try Inference(model.decoder, parameters, on: context).run(z)
    if let tensors {
      let shape = [z.count / model.latent, ImageSet.side, ImageSet.side]
      let output = SafeTensorsFile(
        tensors: [SafeTensor(name: "images", shape: shape, floats: images)])
      try AtomicFile.write(try output.encoded(), to: tensors)
      print(tensors)
    }
    if let sheet = out ?? (tensors == nil ? "samples.png" : nil) {
      try AtomicFile.write(try sampleSheet(images, of: model).png(), to: sheet)
      print(sheet)
    }
  }

  /// Latents of `width`, packed.
  private static func readLatents(_ path: String, width: Int) throws -> [Float] {
    let file = try SafeTensorsFile.read(path)
    guard let z = file["z"], z.elementType == .float32, z.shape.count == 2, z.shape[0] > 0,
      z.shape[1] == width
    else {
      throw InputError(description: "\(path) has no F32 tensor 'z' of shape [n, \(width)]")
    }
    return try z.floats()
  }
}
