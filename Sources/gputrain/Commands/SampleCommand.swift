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

  @Option(
    help: """
      Take the latents from this file: F32 tensor `z` of shape [n, latent]. Then --count and \
      --seed have no say.
      """)
  var latents: String?

  @Option(
    help: """
      Write the images into this file: F32 tensor `images` of shape [n, 28, 28], in the model's \
      own range.
      """)
  var tensors: String?

  @OptionGroup var deviceOptions: DeviceOptions

  func validate() throws {
    guard (1...Self.maximumCount).contains(count) else {
      throw ValidationError("--count must be between 1 and \(Self.maximumCount).")
    }
    guard out == nil || out != tensors else {
      throw ValidationError("--out and --tensors name the same file.")
    }
  }

  private static let maximumCount = 100_000

  func run() throws {
    let file = try CheckpointFile(path: checkpoint)
    let model = file.model
    try refuseToReplace(file.path)
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
      try StandardOutput.print(tensors)
    }
    if let sheet = out ?? (tensors == nil ? "samples.png" : nil) {
      try AtomicFile.write(try sampleSheet(images, of: model).png(), to: sheet)
      try StandardOutput.print(sheet)
    }
  }

  /// What is read is not overwritten.
  private func refuseToReplace(_ checkpoint: String) throws {
    for input in [checkpoint, latents].compactMap(\.self) {
      for output in [out, tensors].compactMap(\.self) where isSameFile(input, output) {
        throw UsageError(
          description: "\(output) would replace \(input), which is only read; name another file")
      }
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
    guard z.shape[0] <= maximumCount else {
      throw InputError(
        description: "\(path) has \(z.shape[0]) latents; take at most \(maximumCount)")
    }
    let values = try z.floats()
    guard values.allSatisfy(\.isFinite) else {
      throw InputError(description: "\(path) has latents that are infinite or not a number")
    }
    return values
  }
}
