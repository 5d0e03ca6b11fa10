import ArgumentParser
import Files
import GenerativeModels
import ONNX

/// `gputrain export CHECKPOINT --onnx FILE`: writes a network for other programs.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes a network of a checkpoint as an ONNX model.",
    discussion: """
      The model consists of standard operators, version 17, and takes batches of any size. Images \
      are [batch, channels, height, width], in the model's own range, as `sample` has it. A \
      decoder or generator makes `images` of `z` [batch, latent]. An encoder makes `mean` and \
      `log_variance` [batch, latent] of `images`. A discriminator makes `logits` [batch], above 0 \
      for real, of `images`. All are float32. A model that is conditional on classes also takes \
      INT64 `labels` [batch], the numbers of classes. No device is needed.
      """)

  @OptionGroup var weights: CheckpointOptions

  @Option(help: "The file: FILE.onnx.", completion: .file(extensions: ["onnx"]))
  var onnx: String

  @Option(
    help: """
      The network: decoder or encoder of a VAE, generator or discriminator of a GAN. (default: the \
      one that makes images)
      """)
  var network: ExportableNetwork?

  func validate() throws { try OptionCheck.file(onnx, "--onnx", ending: ".onnx") }

  func run() throws {
    let file = try weights.read()
    let model = file.model
    guard let part = network ?? .maker(in: model), let network = part.network(of: model) else {
      let names = model.networks.map(\.key).joined(separator: " and ")
      throw UsageError(
        description: """
          --network \(network?.rawValue ?? "") is not a network of \(model.name), which has \
          \(names)
          """)
    }
    try OutputOptions.check([onnx], besides: [file.path])
    let exported = try ONNXModel(
      part, of: model, weights: try file.weights(of: network), metadata: try metadata(of: file))
    try AtomicFile.write(exported.encoded(version: Version.current), to: onnx)
    try StandardOutput.print(onnx)
  }

  /// The metadata of the file: what a checkpoint says about its model, as far as it does.
  private func metadata(of file: CheckpointFile) throws -> [(key: String, value: String)] {
    let model = file.model
    let range = [model.imageRange.lowerBound, model.imageRange.upperBound]
    let description = try ModelDescription(model)?.json()
    let classes = model.labels == 0 ? nil : try file.classes.jsonText()
    let entries: [(key: String, value: String?)] = [
      ("model", model.name), (Checkpoint.descriptionKey, description),
      ("epoch", file.statedEpoch.map(String.init)), ("image_range", try range.jsonText()),
      (RunRecord.classesKey, classes), ("gputrain_version", Version.current),
    ]
    return entries.compactMap { key, value in value.map { (key, $0) } }
  }
}

extension ExportableNetwork: ExpressibleByArgument {}
