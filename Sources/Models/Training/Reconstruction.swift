import GPUTensor

/// Encodes images and decodes their means: what a variational autoencoder makes of them.
public final class Reconstruction {
  private let encoder: Inference
  private let decoder: Inference
  private let model: VAE

  /// A reconstruction by `model` with the parameters of `set`.
  ///
  /// - Throws: `ShapeError` where a layer does not fit.
  public init(
    _ model: VAE, _ set: ParameterSet, on context: Context
  ) throws {
    self.model = model
    encoder = try Inference(model.encoder, set, on: context)
    decoder = try Inference(model.decoder, set, on: context)
  }

  /// What it runs, to be compiled with other lists.
  package var lists: [CommandList] { [encoder.list, decoder.list] }

  /// Encodes `images`, packed floats in the model's range, and decodes the means: (n, pixels), in the model's range.
  ///
  /// - Throws: `OpenCLError`.
  public func run(_ images: [Float]) throws -> (encoding: Encoding, images: [Float]) {
    let encoding = try encode(images)
    return (encoding, try decode(encoding.means))
  }

  /// Encodes packed images in the model's range.
  ///
  /// - Throws: `OpenCLError`.
  public func encode(_ images: [Float]) throws -> Encoding {
    Encoding(try encoder.run(images), latent: model.latent)
  }

  /// What the decoder makes of packed latents: (n, pixels), in the model's range.
  ///
  /// - Throws: `OpenCLError`.
  public func decode(_ latents: [Float]) throws -> [Float] { try decoder.run(latents) }
}

/// What an encoder says of images.
public struct Encoding: Sendable {
  /// (n, latent), packed.
  public let means: [Float]
  /// (n, latent), packed: the logarithms of the variances.
  public let logVariances: [Float]

  /// The halves of an encoder's outputs (n, 2 · latent), packed: the means stand first in each row.
  package init(_ outputs: [Float], latent: Int) {
    func half(from offset: Int) -> [Float] {
      stride(from: offset, to: outputs.count, by: 2 * latent).flatMap { row in
        outputs[row..<row + latent]
      }
    }
    (means, logVariances) = (half(from: 0), half(from: latent))
  }
}
