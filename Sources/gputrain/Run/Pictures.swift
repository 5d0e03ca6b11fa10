import Datasets
import GPUTensor
import GenerativeModels
import Images
import Reports

/// Draws a run's pictures: samples from fixed latents, and reconstructions.
final class Pictures {
  private let model: any GenerativeModel
  private let sampler: Inference
  private let latents: Latents
  private let reconstruction: Reconstruction?
  /// The first validation images, in the model's range.
  private let originals: [Float]

  private static let samplesInGrid = 25
  private static let imagesReconstructed = 20
  /// Images that samples are compared with; more would hardly change the comparison.
  private static let imagesCompared = 500

  /// Records the lists that draw the pictures, from the trainer's parameters when they run.
  ///
  /// - Throws: `OpenCLError`.
  init(
    _ model: any GenerativeModel, _ trainer: any Trainer, validation: ImageSet, seed: UInt64,
    on context: Context
  ) throws {
    self.model = model
    let parameters = trainer.parameterSets[0]
    sampler = try Inference(model.decoder, parameters, on: context)
    latents = Latents(
      count: Self.samplesInGrid, width: model.latent, seed: seed, on: context)
    reconstruction = try Reconstruction(model, parameters, on: context)
    originals = model.images(
      validation.pixels.prefix(Self.imagesCompared * ImageSet.pixelsPerImage))
  }

  /// The lists that it runs, to be compiled with others.
  var lists: [CommandList] { [latents.list, sampler.list] + (reconstruction?.lists ?? []) }

  /// The pictures that were drawn, and a warning if they look wrong.
  struct Drawing {
    /// The 5×5 grid of samples.
    let samples: GrayImage
    /// The first validation images above their reconstructions; nil for a GAN.
    let reconstructions: GrayImage?
    let warning: TrainingWarning?
  }

  /// Draws the model as it is after `steps` training steps.
  ///
  /// - Throws: `OpenCLError`.
  func draw(after steps: Int) throws -> Drawing {
    let samples = try sampler.run(try latents.draw())
    let sheet = try sampleSheet(samples, of: model)
    guard let reconstruction else {
      let warning = TrainingWarning.seen(
        inSamples: samples, of: originals, pixels: ImageSet.pixelsPerImage, after: steps)
      return Drawing(samples: sheet, reconstructions: nil, warning: warning)
    }
    let images = Array(originals.prefix(Self.imagesReconstructed * ImageSet.pixelsPerImage))
    let (encoding, made) = try reconstruction.run(images)
    let warning = TrainingWarning.seen(
      inMeans: encoding.means, logVariances: encoding.logVariances, latent: model.latent,
      after: steps)
    return Drawing(
      samples: sheet,
      reconstructions: try reconstructionSheet(images, made, of: model),
      warning: warning)
  }
}
