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
    let encoded = try encoder.run(images)
    func half(from offset: Int) -> [Float] {
      stride(from: offset, to: encoded.count, by: 2 * model.latent).flatMap { row in
        encoded[row..<row + model.latent]
      }
    }
    let means = half(from: 0)
    return Result(
      means: means, logVariances: half(from: model.latent), images: try decoder.run(means))
  }
}
