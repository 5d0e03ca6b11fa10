import GPUTensor

/// Encodes images and decodes their means: what a variational autoencoder makes of them.
public final class Reconstruction {
  private let encoder: Inference
  private let decoder: Inference
  private let model: any VariationalModel.Type

  /// A reconstruction by `model` with the parameters of `set`.
  ///
  /// - Throws: `ShapeError` where a layer does not fit.
  public init(
    _ model: any VariationalModel.Type, _ set: ParameterSet, on context: Context
  ) throws {
    self.model = model
    encoder = try Inference(model.encoder, set, on: context)
    decoder = try Inference(model.decoder, set, on: context)
  }

  /// What it runs, to be compiled with other lists.
  public var lists: [CommandList] { [encoder.list, decoder.list] }

  /// What an autoencoder makes of images, each array packed.
  public struct Result: Sendable {
    /// (n, latent): the encoder's means.
    public let means: [Float]
    /// (n, latent): the logarithms of its variances.
    public let logVariances: [Float]
    /// (n, pixels): what the decoder makes of the means, in the model's range.
    public let images: [Float]
  }

  /// Encodes and decodes `images`, packed floats in the model's range.
  ///
  /// - Throws: `OpenCLError`.
  public func run(_ images: [Float]) throws -> Result {
    let (means, logVariances) = try encode(images)
    return Result(means: means, logVariances: logVariances, images: try decode(means))
  }

  /// The encoder's means and logarithms of variances, (n, latent) each, of n packed images in the model's range.
  ///
  /// - Throws: `OpenCLError`.
  public func encode(_ images: [Float]) throws -> (means: [Float], logVariances: [Float]) {
    let encoded = try encoder.run(images)
    func half(from offset: Int) -> [Float] {
      stride(from: offset, to: encoded.count, by: 2 * model.latent).flatMap { row in
        encoded[row..<row + model.latent]
      }
    }
    return (half(from: 0), half(from: model.latent))
  }

  /// What the decoder makes of packed latents: (n, pixels), in the model's range.
  ///
  /// - Throws: `OpenCLError`.
  public func decode(_ latents: [Float]) throws -> [Float] { try decoder.run(latents) }
}
