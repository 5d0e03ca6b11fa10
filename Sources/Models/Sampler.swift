import GPUTensor
import Images

/// Draws images from a model.
///
/// ```swift
/// let sampler = try Sampler(model, Checkpoint(contentsOf: "model.safetensors"), on: Context())
/// let images = try sampler.sample(25, seed: 1)
/// ```
public final class Sampler {
  /// The model.
  public let model: any GenerativeModel
  /// The parameters of its decoder or generator. Images are drawn with their current values.
  public let parameters: ParameterSet
  private let decoder: Inference
  private let context: Context

  /// Creates a sampler of a model with the parameters of `set`. If that is nil, it has its own
  /// parameters, which are all zero.
  ///
  /// - Throws: `ShapeError` if a layer does not fit.
  public init(
    _ model: any GenerativeModel, parameters set: ParameterSet? = nil, on context: Context
  ) throws {
    self.model = model
    self.context = context
    parameters = set ?? ParameterSet(context, of: model.decoder)
    decoder = try Inference(model.decoder, parameters, on: context)
  }

  /// Creates a sampler of a model with the parameters of a checkpoint.
  ///
  /// - Throws: `CheckpointError` if the checkpoint does not fit the model; `OpenCLError`.
  public convenience init(
    _ model: any GenerativeModel, _ checkpoint: Checkpoint, on context: Context
  ) throws {
    try self.init(model, on: context)
    try checkpoint.restore(parameters)
  }

  /// Draws `count` images. The same seed, labels and parameters give the same images.
  ///
  /// - Parameters:
  ///   - count: The number of images.
  ///   - labels: The class of each image, (count), for a model with labels; nil for about equally
  ///     many images of each class, in the order of the classes.
  ///   - seed: The seed of the latents.
  /// - Throws: `OpenCLError`; `ShapeError` if labels are missing or too large.
  public func sample(
    _ count: Int, labels: [UInt8]? = nil, seed: UInt64 = 1
  ) throws -> [Picture] {
    let latents = Latents(count: count, width: model.latent, seed: seed, on: context)
    return try decode(try latents.draw(), labels: labels ?? model.evenLabels(count))
  }

  /// Draws the images of latents, (n, latent), packed, and of their labels, (n), if the model has
  /// labels.
  ///
  /// - Throws: `OpenCLError`; `ShapeError` if labels are missing or too large.
  public func decode(_ latents: [Float], labels: [UInt8]? = nil) throws -> [Picture] {
    try model.pictures(try decoder.run(latents, labels: labels))
  }
}
