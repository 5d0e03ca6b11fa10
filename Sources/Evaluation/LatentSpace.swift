import GPUTensor
import GenerativeModels

/// A model's latents: what they mean for its images.
package final class LatentSpace {
  /// The model.
  package let model: any GenerativeModel
  private let encoder: Inference?
  private let decoder: Inference
  /// The class of the images that it makes; nil for a model without labels.
  package let label: UInt8?

  /// Creates a view of a model with the parameters of `set`: those of its decoder, and of its
  /// encoder if it has one. All images that it makes show the class `label`, which a model with
  /// labels needs.
  ///
  /// - Throws: `ShapeError` if a layer does not fit.
  package init(
    _ model: any GenerativeModel, _ set: ParameterSet, label: UInt8? = nil, on context: Context
  ) throws {
    self.model = model
    self.label = label
    encoder = try model.imageEncoder.map { try Inference($0, set, on: context) }
    decoder = try Inference(model.decoder, set, on: context)
  }

  /// Its launches, to compile with other lists.
  package var lists: [CommandList] { [encoder?.list, decoder.list].compactMap(\.self) }

  /// Encodes images, (n, pixels), packed and in the model's range, with their labels, (n), if the
  /// model has labels; nil if the model encodes no images.
  ///
  /// - Throws: `OpenCLError`; `ShapeError` if labels are missing or too large.
  package func encode(_ images: [Float], labels: [UInt8]?) throws -> Encoding? {
    guard let outputs = try encoder?.run(images, labels: labels) else { return nil }
    return Encoding(outputs, latent: model.latent)
  }

  /// Makes the images, (n, pixels), packed and in the model's range, of latents, (n, latent),
  /// packed.
  ///
  /// - Throws: `OpenCLError`; `ShapeError` if the label is missing or too large.
  package func images(of z: [Float]) throws -> [Float] {
    try decoder.run(z, labels: label.map { [UInt8](repeating: $0, count: z.count / model.latent) })
  }

  /// Returns how much each latent changes the images, (latent): from one end of its traversal to
  /// the other, as `LatentPaths.changes` has it, the mean over these centres.
  ///
  /// - Throws: As `images`.
  package func changes(around centres: [[Float]]) throws -> [Double] {
    let pixels = model.imageShape.elements
    // A few latents at a time, since a model may have very many.
    return try stride(from: 0, to: model.latent, by: 100).flatMap { first in
      let latents = Array(first..<min(first + 100, model.latent))
      let changes = try centres.map { centre in
        let ends = LatentPaths.traversals(of: latents, around: centre, steps: 2)
        return LatentPaths.changes(between: try images(of: ends), pixels: pixels)
      }
      return latents.indices.map { index in
        changes.reduce(0) { $0 + $1[index] } / Double(centres.count)
      }
    }
  }
}
