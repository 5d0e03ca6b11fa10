import ArgumentParser
import Datasets
import GPUTensor
import GenerativeModels
import SafeTensors

/// `gputrain sample CHECKPOINT`: draws images.
struct SampleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample", abstract: "Draws images from a checkpoint.",
    discussion: """
      A model that is conditional on classes draws about as many images of each, in their order; \
      the sheet has a row for each class. --label chooses one of them. Without --out and --tensors \
      the sheet is \(sheetName). --tensors gets the F32 tensor `images` of shape [n, height, \
      width], or [n, height, width, 3] in colour, in the model's own range: [-1, 1] if its last \
      activation is tanh, [0, 1] if it is a sigmoid; and U8 `labels` [n] of a conditional model. \
      Only the weights of the generator or the decoder are needed.
      """)

  private static let sheetName = "samples.png"

  @OptionGroup var weights: CheckpointOptions

  @Option(help: "The number of images. (default: 25, or 10 of each class)")
  var count: Int?

  @OptionGroup var labels: LabelOptions

  @Option(help: "The seed of the latents.")
  var seed: UInt64 = 1

  @Option(
    help: """
      Take the latents from this file: F32 tensor `z` of shape [n, latent]. --count and --seed are \
      then ignored.
      """, completion: .safetensors)
  var latents: String?

  @OptionGroup var output: OutputOptions
  @OptionGroup var deviceOptions: DeviceOptions

  func validate() throws { try OptionCheck.imageCount(count) }

  func run() throws {
    let file = try weights.read()
    let model = file.model
    let place = try labels.place(in: file)
    let classes = place == nil ? try file.classes : []
    try output.check(besides: [file.path, latents].compactMap(\.self), sheet: Self.sheetName)
    try output.checkAnimation(of: file.path, sheet: Self.sheetName)
    let given = try latents.map { try Self.readLatents($0, width: model.latent) }
    let context = try deviceOptions.openContext()
    let parameters = ParameterSet(context, of: model.decoder)
    try file.restore(parameters)
    let count = count ?? (place == nil ? model.samplesOnSheet : 25)
    let drawn = Latents(count: count, width: model.latent, seed: seed, on: context)
    let decoder = try Inference(model.decoder, parameters, on: context)
    try KernelCache.compile([decoder.list] + (given == nil ? [drawn.list] : []))
    let z = try given ?? drawn.draw()
    let number = z.count / model.latent
    let shown = place.map { [UInt8](repeating: $0, count: number) } ?? model.evenLabels(number)
    let images = try decoder.run(z, labels: shown)
    let tensor = SafeTensor(name: "images", images, of: model.imageShape)
    try output.write([tensor] + SafeTensor.labels(shown), sheet: Self.sheetName) {
      try sampleSheet(images, of: model, classes: classes)
    }
  }

  /// Reads latents of `width`, packed.
  private static func readLatents(_ path: String, width: Int) throws -> [Float] {
    let file = try SafeTensorsFile.read(path)
    guard let z = file["z"], z.elementType.isFloat, z.shape.count == 2, z.shape[0] > 0,
      z.shape[1] == width
    else {
      throw InputError(description: "\(path) has no F32 tensor 'z' of shape [n, \(width)]")
    }
    let most = OptionCheck.maximumImages
    guard z.shape[0] <= most else {
      throw InputError(description: "\(path) has \(z.shape[0]) latents; take at most \(most)")
    }
    let values = try z.floats()
    guard values.allSatisfy(\.isFinite) else {
      throw InputError(description: "\(path) has latents that are infinite or not a number")
    }
    let type = z.elementType == .float32 ? [] : [z.elementType.rawValue]
    SafeTensorsFile.noteConversion(of: type, in: path)
    return values
  }
}
