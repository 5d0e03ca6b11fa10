import Foundation
import GPUTensor

/// Encodes images by a variational autoencoder, and decodes the means of their latents.
public final class Reconstruction {
  private let encoder: Inference
  private let decoder: Inference
  private let model: any GenerativeModel

  /// Creates a reconstruction by `model` with the parameters of `set`, as they are when it runs;
  /// nil if the model encodes no images.
  ///
  /// - Throws: `ShapeError` if a layer does not fit.
  public init?(
    _ model: any GenerativeModel, _ set: ParameterSet, on context: Context
  ) throws {
    guard let encoder = model.imageEncoder else { return nil }
    self.model = model
    self.encoder = try Inference(encoder, set, on: context)
    decoder = try Inference(model.decoder, set, on: context)
  }

  /// Its launches, to compile with other lists.
  package var lists: [CommandList] { [encoder.list, decoder.list] }

  /// Encodes images, (n, pixels), packed and in the model's range, and decodes the means to images
  /// of the same form. A model with labels takes those of the images, (n).
  ///
  /// - Throws: `OpenCLError`; `ShapeError` if labels are missing or too large.
  public func run(
    _ images: [Float], labels: [UInt8]? = nil
  ) throws -> (encoding: Encoding, images: [Float]) {
    let encoding = try encode(images, labels: labels)
    return (encoding, try decode(encoding.means, labels: labels))
  }

  /// Encodes images, (n, pixels), packed and in the model's range.
  ///
  /// - Throws: As `run`.
  public func encode(_ images: [Float], labels: [UInt8]? = nil) throws -> Encoding {
    Encoding(try encoder.run(images, labels: labels), latent: model.latent)
  }

  /// Decodes latents, (n, latent), packed, to images, (n, pixels), in the model's range.
  ///
  /// - Throws: As `run`.
  public func decode(_ latents: [Float], labels: [UInt8]? = nil) throws -> [Float] {
    try decoder.run(latents, labels: labels)
  }
}

/// The distributions of latents that an encoder assigns to images.
public struct Encoding: Sendable {
  /// The means, (n, latent), packed.
  public let means: [Float]
  /// The logarithms of the variances, (n, latent), packed.
  public let logVariances: [Float]

  /// Splits an encoder's outputs, (n, 2 · latent), packed: the means are first in each row.
  package init(_ outputs: [Float], latent: Int) {
    func half(from offset: Int) -> [Float] {
      stride(from: offset, to: outputs.count, by: 2 * latent).flatMap { row in
        outputs[row..<row + latent]
      }
    }
    (means, logVariances) = (half(from: 0), half(from: latent))
  }

  /// Returns the divergence of each of the `latent` latents from the standard normal distribution,
  /// in nats, (latent): the mean over the images of (mean² + variance − log variance − 1) / 2
  /// (Kingma and Welling: "Auto-encoding variational Bayes", 2014, appendix B). It is near 0 for a
  /// latent that the model does not use.
  public func divergences(latent: Int) -> [Double] {
    var sums = [Double](repeating: 0, count: latent)
    for (index, (mean, logVariance)) in zip(means, logVariances).enumerated() {
      let (mean, logVariance) = (Double(mean), Double(logVariance))
      sums[index % latent] += (mean * mean + exp(logVariance) - logVariance - 1) / 2
    }
    return sums.map { $0 / Double(max(1, means.count / latent)) }
  }
}
