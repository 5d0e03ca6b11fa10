import Datasets
import Evaluation
import GPUTensor
import GenerativeModels

/// A checkpoint on the device, ready to be evaluated.
struct Candidate {
  let path: String
  let model: any GenerativeModel
  /// Epochs done; nil where the file does not say.
  let epoch: Int?
  private let latents: Latents
  private let generator: Inference
  private let bounds: LikelihoodBounds?

  /// Puts a checkpoint's parameters on the device, and records how `count` images are drawn of them.
  ///
  /// - Throws: `InputError` where it does not fit its model; `OpenCLError`.
  init(
    _ file: CheckpointFile, count: Int, seed: UInt64, validation: ImageSet, on context: Context
  ) throws {
    (path, model, epoch) = (file.path, file.model, file.statedEpoch)
    bounds = try LikelihoodBounds(
      file.model, pixels: validation.pixels, seed: seed, on: context)
    let parameters = bounds?.parameters ?? ParameterSet(context, of: file.model.decoder)
    try file.restore(parameters)
    latents = Latents(count: count, width: model.latent, seed: seed, on: context)
    generator = try Inference(
      model.decoder, parameters, chunk: ImageEvaluator.chunk, on: context)
  }

  /// Checks that a checkpoint can be evaluated, as far as can be known without a device.
  ///
  /// - Throws: `InputError` where it does not fit its model.
  static func check(_ file: CheckpointFile) throws {
    try file.check([file.model.imageEncoder, file.model.decoder].compactMap { $0 })
  }

  /// What it runs, to be compiled together.
  var lists: [CommandList] { [latents.list, generator.list] + (bounds?.lists ?? []) }

  /// Its images, packed, in [0, 1].
  ///
  /// - Throws: `InputError` where they are not finite; `OpenCLError`.
  func draw() throws -> [Float] {
    let images = try generator.run(try latents.draw())
    let (low, high) = (model.imageRange.lowerBound, model.imageRange.upperBound)
    guard images.allSatisfy(\.isFinite) else {
      throw InputError(
        description: "\(path) makes images with pixels that are infinite or not a number")
    }
    return low == 0 && high == 1 ? images : images.map { ($0 - low) / (high - low) }
  }

  /// What is said of an autoencoder beside its images; nil of another model.
  ///
  /// - Throws: `InputError` where a loss is not finite; `OpenCLError`.
  func likelihood() throws -> LikelihoodMetrics? {
    do {
      return try bounds?.measure()
    } catch let divergence as Divergence {
      throw InputError(description: "\(path) has a loss that is not finite: \(divergence.term)")
    }
  }
}
