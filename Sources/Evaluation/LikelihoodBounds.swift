import Datasets
import Foundation
import GPUTensor
import GenerativeModels
import Statistics

/// A measure of how well a variational autoencoder explains images: bounds on the log-likelihood in
/// nats, and the number of active latents.
package struct LikelihoodMetrics: Equatable, Sendable {
  /// The evidence lower bound: minus the loss, with the constant of the likelihood's density; the
  /// mean over the validation images.
  package let elbo: Double
  /// The importance-weighted bound: the mean over the first `LikelihoodBounds.imagesWeighted`
  /// validation images.
  package let iwBound: Double
  /// The loss of the reconstruction, summed over pixels: the mean over the validation images. It is
  /// the binary cross entropy or, with a Gaussian likelihood, half the squared error.
  package let reconstruction: Double
  /// The number of latents whose means differ between images.
  package let activeUnits: Int
}

/// Measures how well a variational autoencoder explains images that it was not trained on.
package final class LikelihoodBounds {
  private let model: any GenerativeModel
  private let trainer: any Trainer
  private let encoder: Inference
  private let weighting: ImportanceWeighting
  private let images: [Float]
  private let labels: [UInt8]?
  /// The logarithm of the likelihood's constant factor, which losses leave out.
  private let logConstant: Double

  /// The number of draws for each image in the importance-weighted bound.
  package static let draws = 100
  /// The largest number of images in the mean of this bound.
  package static let imagesWeighted = 1000
  /// The variance of a latent's mean above which the latent is active (Burda, Grosse and
  /// Salakhutdinov: "Importance weighted autoencoders", 2016).
  static let leastVariance = 0.01

  /// Creates a measurement on at least two images, (n, pixels), packed, with the noise of `seed`;
  /// nil if the model encodes no images. A model with labels needs those of the images, (n).
  /// `likelihood` is that of its training, by default the model's.
  ///
  /// - Throws: `ShapeError` if a layer does not fit; `OpenCLError`.
  package init?(
    _ model: any GenerativeModel, pixels: [UInt8], labels: [UInt8]? = nil, seed: UInt64,
    likelihood: Likelihood? = nil, on context: Context
  ) throws {
    guard let network = model.imageEncoder else { return nil }
    self.model = model
    self.labels = labels
    images = model.images(pixels)
    let columns = network.input.reduce(1, *)
    let options = TrainingOptions(
      for: model, seed: seed, learning: LearningSettings(likelihood: likelihood))
    logConstant = options.likelihood.logConstant(pixels: columns)
    let (count, label) = (pixels.count / columns, "validation images")
    // Only its parameters and its validation are used; memory is allocated when it is first used.
    let store: ImageStore
    (store, trainer) = try context.recordFitting { isStreamed in
      let store = ImageStore(
        context,
        ImageStore.Layout(
          count: count, pixels: columns, isLabelled: labels != nil, isStreamed: isStreamed),
        batchSize: options.batchSize, label: label)
      return (
        store, try model.makeTrainer(options, train: store, validation: store, on: context)
      )
    }
    try store.upload(Pixels(pixels), labels: labels)
    let chunk = min(ImageEvaluator.chunk, count)
    encoder = try Inference(
      network, trainer.parameterSets[0], chunk: chunk, on: context)
    weighting = try ImportanceWeighting(
      (network, model.decoder), options.likelihood, trainer.parameterSets[0], chunk: chunk,
      seed: seed, on: context)
  }

  /// The model's parameters, which the caller sets.
  package var parameters: ParameterSet { trainer.parameterSets[0] }

  /// Its lists, to compile together.
  package var lists: [CommandList] {
    trainer.validationLists + [encoder.list] + weighting.lists
  }

  /// Measures the model with its current parameters, with `draws` draws of the latents of an image.
  ///
  /// - Throws: `Divergence` if the loss is not finite; `OpenCLError`.
  package func measure(draws: Int = LikelihoodBounds.draws) throws -> LikelihoodMetrics {
    try trainer.set(TrainingPosition())
    let losses = try trainer.validation?.runEpoch() ?? []
    let means = Encoding(try encoder.run(images, labels: labels), latent: model.latent).means
    let columns = images.count / (means.count / model.latent)
    let weighted = try weighting.run(
      Array(images.prefix(Self.imagesWeighted * columns)), labels: labels, draws: draws)
    return LikelihoodMetrics(
      elbo: logConstant - losses.reduce(0, +),
      iwBound: weighted.reduce(0, +) / Double(weighted.count),
      reconstruction: losses[0],
      activeUnits: columnVariances(means, columns: model.latent).count {
        $0 > Self.leastVariance
      })
  }
}

/// Computes the importance-weighted bound of each image: the logarithm of the mean of
/// p(x, z) / q(z | x) over draws of z from q(z | x).
final class ImportanceWeighting {
  private let state: StepState
  private let input: Tensor  // (chunk, pixels)
  private let labels: Tensor?  // (chunk) bytes
  private let encode: CommandList
  private let draw: CommandList
  private let losses: Tensor  // (chunk): −log p(x | z), without the constant
  private let ratios: Tensor  // (chunk): log p(z) − log q(z | x)
  private let logConstant: Double

  /// Creates a measurement of `chunk` images at once by an encoder and a decoder with the
  /// parameters of `set`.
  ///
  /// - Throws: `ShapeError` if a layer does not fit.
  init(
    _ networks: (encoder: Network, decoder: Network), _ likelihood: Likelihood,
    _ set: ParameterSet, chunk: Int, seed: UInt64, on context: Context
  ) throws {
    let (encoding, decoding) = networks
    logConstant = likelihood.logConstant(pixels: encoding.input.reduce(1, *))
    let encoder = NetworkPass(encoding, set, batchSize: chunk, trains: false, on: context)
    // The kernel of the loss also writes its gradient, which is not used.
    let decoder = NetworkPass(decoding, set, batchSize: chunk, trains: true, on: context)
    state = StepState(context)
    input = Tensor(context, [chunk] + encoding.input, label: "weighted images")
    labels =
      encoding.labels == 0 ? nil : Tensor(context, [chunk], .uint8, label: "weighted labels")
    let latents = Tensor(context, [chunk] + decoding.input, label: "weighted latents")
    losses = Tensor(context, [chunk], label: "losses")
    ratios = Tensor(context, [chunk], label: "log ratios")
    encode = CommandList(context)
    let encoded = try encoder.forward(input, labels: labels, on: encode)
    draw = CommandList(context)
    draw.advance("draw", state, batches: 1 << 30, adam: AdamSettings(learningRate: 1))
    draw.reparameterizeWeighted(
      "latents", encoded,
      noise: StepNoise(RandomStream.importanceNoise.source(seed: seed), state), into: latents,
      logRatio: ratios)
    let output = try decoder.forward(
      latents, labels: labels, logits: likelihood.takesLogits, on: draw)
    decoder.recordLoss(likelihood, of: output, images: input, into: losses, on: draw)
  }

  /// Its lists, to compile with others.
  var lists: [CommandList] { [encode, draw] }

  /// Returns the bound of each image, (n, pixels), packed and in the model's range. `shown` has
  /// their labels, if the model has labels.
  ///
  /// - Throws: `OpenCLError`.
  func run(_ images: [Float], labels shown: [UInt8]? = nil, draws: Int) throws -> [Double] {
    try state.set(step: 0, epoch: 0, batch: 0)
    return try stride(from: 0, to: images.count, by: input.count).flatMap { start in
      let part = images[start..<min(start + input.count, images.count)]
      let (first, rows) = (start / input.columns, part.count / input.columns)
      try input.write(fillingUp: part)
      if let shown { try labels?.write(fillingUp: shown[first..<first + rows]) }
      try encode.run()
      var weights = [[Double]](repeating: [], count: rows)
      for _ in 0..<draws {
        try draw.run()
        let (losses, ratios) = (try losses.floats(), try ratios.floats())
        for row in weights.indices {
          weights[row].append(logConstant + Double(ratios[row]) - Double(losses[row]))
        }
      }
      return weights.map(logMeanExp)
    }
  }
}
