import Datasets
import GPUTensor
import GenerativeModels
import Images
import Reports

/// Draws a run's pictures: samples from fixed latents, and reconstructions.
final class Pictures {
  private let model: any GenerativeModel
  /// The elements of an image.
  private let elements: Int
  private let sampler: Inference
  private let latents: Latents
  private let reconstruction: Reconstruction?
  /// The first validation images, in the model's range.
  private let originals: [Float]
  /// Their labels; nil for a model without labels.
  private let labels: [UInt8]?
  /// The names of the classes that the model is conditional on.
  private let classes: [String]

  private static let imagesReconstructed = 20
  /// Images that samples are compared with; more would hardly change the comparison.
  private static let imagesCompared = 500

  /// Records the lists that draw the pictures, from the trainer's parameters when they run.
  ///
  /// - Throws: `OpenCLError`.
  init(
    _ model: any GenerativeModel, _ trainer: any Trainer, data: Dataset, seed: UInt64,
    on context: Context
  ) throws {
    self.model = model
    elements = data.shape.elements
    let parameters = trainer.parameterSets[0]
    sampler = try Inference(model.decoder, parameters, on: context)
    latents = Latents(
      count: model.samplesOnSheet, width: model.latent, seed: seed, on: context)
    reconstruction = try Reconstruction(model, parameters, on: context)
    originals = model.images(
      data.validation.pixels.prefix(Self.imagesCompared * elements))
    labels = model.labels == 0 ? nil : data.classPlaces(of: data.validation)
    classes = model.labels == 0 ? [] : data.classes.map(\.name)
  }

  /// The lists that it runs, to be compiled with others.
  var lists: [CommandList] { [latents.list, sampler.list] + (reconstruction?.lists ?? []) }

  /// The pictures that were drawn, and a warning if they look wrong.
  struct Drawing {
    /// The samples: a grid of 5×5, or a row for each class.
    let samples: Picture
    /// The first validation images above their reconstructions; nil for a GAN.
    let reconstructions: Picture?
    let warning: TrainingWarning?
  }

  /// Draws the model as it is after `steps` training steps.
  ///
  /// - Throws: `OpenCLError`.
  func draw(after steps: Int) throws -> Drawing {
    let z = try latents.draw()
    let samples = try sampler.run(z, labels: model.evenLabels(z.count / model.latent))
    let sheet = try sampleSheet(samples, of: model, classes: classes)
    guard let reconstruction else {
      let warning = TrainingWarning.seen(
        inSamples: samples, of: originals, pixels: elements, after: steps)
      return Drawing(samples: sheet, reconstructions: nil, warning: warning)
    }
    let images = Array(originals.prefix(Self.imagesReconstructed * elements))
    let shown = labels.map { Array($0.prefix(images.count / elements)) }
    let (encoding, made) = try reconstruction.run(images, labels: shown)
    let warning = TrainingWarning.seen(
      inMeans: encoding.means, logVariances: encoding.logVariances, latent: model.latent,
      after: steps)
    return Drawing(
      samples: sheet,
      reconstructions: try reconstructionSheet(images, made, of: model),
      warning: warning)
  }
}
