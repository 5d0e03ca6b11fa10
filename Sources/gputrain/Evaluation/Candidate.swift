import Datasets
import Evaluation
import GPUTensor
import GenerativeModels

/// A checkpoint on the device, ready to be evaluated.
struct Candidate {
  let path: String
  let model: any GenerativeModel
  /// The epochs done; nil if the file does not say.
  let epoch: Int?
  /// The classes that the images are to show, (count); nil for a model without labels.
  let shown: [UInt8]?
  private let latents: Latents
  private let generator: Inference
  private let bounds: LikelihoodBounds?

  /// Puts a checkpoint's parameters on the device, and records lists that draw `count` images.
  ///
  /// - Throws: `InputError` if it does not fit its model; `ModelError` or `InputError` if the data
  ///   has other classes than the model; `OpenCLError`.
  init(
    _ file: CheckpointFile, count: Int, seed: UInt64, data: Dataset, on context: Context
  ) throws {
    (path, model, epoch) = (file.path, file.model, file.statedEpoch)
    bounds = try LikelihoodBounds(
      file.model, pixels: data.validation.pixels,
      labels: try file.labels(of: data.validation, in: data), seed: seed,
      likelihood: file.likelihood, on: context)
    let parameters = bounds?.parameters ?? ParameterSet(context, of: file.model.decoder)
    try file.restore(parameters)
    latents = Latents(count: count, width: model.latent, seed: seed, on: context)
    shown = model.evenLabels(count)
    generator = try Inference(
      model.decoder, parameters, chunk: ImageEvaluator.chunk, on: context)
  }

  /// Checks, without a device, that a checkpoint has the parameters that an evaluation needs.
  ///
  /// - Throws: `InputError` if it does not fit its model.
  static func check(_ file: CheckpointFile) throws {
    try file.check([file.model.imageEncoder, file.model.decoder].compactMap { $0 })
  }

  /// The lists that it runs, to be compiled with others.
  var lists: [CommandList] { [latents.list, generator.list] + (bounds?.lists ?? []) }

  /// Draws its images, packed, in [0, 1].
  ///
  /// - Throws: `InputError` if they are not finite; `OpenCLError`.
  func draw() throws -> [Float] {
    let images = try generator.run(try latents.draw(), labels: shown)
    let (low, high) = (model.imageRange.lowerBound, model.imageRange.upperBound)
    guard images.allSatisfy(\.isFinite) else {
      throw InputError(
        description: "\(path) makes images with pixels that are infinite or not a number")
    }
    return low == 0 && high == 1 ? images : images.map { ($0 - low) / (high - low) }
  }

  /// Measures the likelihood bounds of a VAE; nil for another model.
  ///
  /// - Throws: `InputError` if a loss is not finite; `OpenCLError`.
  func likelihood() throws -> LikelihoodMetrics? {
    do {
      return try bounds?.measure()
    } catch let divergence as Divergence {
      throw InputError(description: "\(path) has a loss that is not finite: \(divergence.term)")
    }
  }
}
