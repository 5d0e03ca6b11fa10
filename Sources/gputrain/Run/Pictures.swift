import Datasets
import GPUTensor
import Models

/// The pictures that a run draws as it goes on: samples from fixed latents, and reconstructions.
final class Pictures {
  private let model: any GenerativeModel.Type
  private let sampler: Inference
  private let latents: Latents
  private let reconstruction: Reconstruction?
  private let originals: [Float]

  private static let samplesInGrid = 25
  private static let imagesReconstructed = 20

  /// Pictures of the trainer's parameters as they are when they are drawn.
  ///
  /// - Throws: `OpenCLError`.
  init(
    _ model: any GenerativeModel.Type, _ trainer: any Trainer, validation: ImageSet, seed: UInt64,
    on context: Context
  ) throws {
    self.model = model
    let parameters = trainer.parameterSets[0]
    sampler = try Inference(model.decoder, parameters, on: context)
    latents = try Latents(
      count: Self.samplesInGrid, width: model.latent, seed: seed, on: context)
    reconstruction =
      switch model.kind {
      case .variational(let model): try Reconstruction(model, parameters, on: context)
      case .adversarial: nil
      }
    let count = min(Self.imagesReconstructed, validation.count)
    originals = model.images(validation.pixels.prefix(count * ImageSet.pixelsPerImage))
  }

  /// What it runs, to be compiled with other lists.
  var lists: [CommandList] { [latents.list, sampler.list] + (reconstruction?.lists ?? []) }

  /// The 5×5 grid of samples as PNG.
  func samples() throws -> [UInt8] {
    try sampleSheet(try sampler.run(try latents.draw()), of: model).png()
  }

  /// The first validation images above what the model makes of them, as PNG; nil for a GAN.
  func reconstructions() throws -> [UInt8]? {
    guard let reconstruction else { return nil }
    let images = try reconstruction.run(originals).images
    return try reconstructionSheet(originals, images, of: model).png()
  }
}
