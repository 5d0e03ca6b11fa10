import GPUTensor

/// Encodes images and decodes their means: what a variational autoencoder makes of them.
public final class Reconstruction {
  private let encoder: Inference
  private let decoder: Inference
  private let model: any VariationalModel.Type

  /// A reconstruction by `model` with the parameters of `set`.
  ///
  /// - Throws: `OpenCLError` where the device is out of memory.
  public init(
    _ model: any VariationalModel.Type, _ set: ParameterSet, on context: Context
  ) throws {
    self.model = model
    encoder = try Inference(model.encoder, set, on: context)
    decoder = try Inference(model.decoder, set, on: context)
  }

  /// What it runs, to be compiled with other lists.
  public var lists: [CommandList] { [encoder.list, decoder.list] }

  /// The reconstructions of `images`, packed floats in the model's range.
  ///
  /// - Throws: `OpenCLError`.
  public func run(_ images: [Float]) throws -> [Float] {
    let width = 2 * model.latent
    let encoded = try encoder.run(images)
    let means = stride(from: 0, to: encoded.count, by: width).flatMap { row in
      encoded[row..<row + model.latent]
    }
    return try decoder.run(means)
  }
}
