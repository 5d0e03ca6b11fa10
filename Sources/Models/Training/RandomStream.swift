import GPUTensor

/// The uses of random numbers. Each has its own stream, so that none depends on another.
public enum RandomStream: UInt32, Sendable {
  /// Initial values of parameters; step: the parameter's index in the model.
  case initialization = 0
  /// The order of images; step: the epoch.
  case shuffle = 1
  /// The noise of a VAE's latents in training; step: the training step.
  case latentNoise = 2
  /// The noise of a VAE's latents in validation; step: the validation step.
  case validationNoise = 3
  /// Latents of sample grids and of `sample`; step: 0.
  case samples = 4
  /// The latents of a GAN's fakes in training; step: the training step.
  case adversarialNoise = 5
  /// The noise of latents for an importance-weighted bound; step: the draw, counted over all
  /// images.
  case importanceNoise = 6
  /// The shifts of a classifier's images; step: the training step.
  case shifts = 7
  /// Dropout in the discriminator's update, a stream per stage; step: the training step.
  case discriminatorDropout = 16
  /// Dropout in the discriminator during the generator's update, a stream per stage; step: the
  /// training step.
  case generatorStepDropout = 32
  /// Dropout in a VAE's encoder, a stream per stage; step: the training step.
  case encoderDropout = 48

  /// Returns the source of the stream's numbers for a seed.
  public func source(seed: UInt64) -> RandomSource { RandomSource(seed: seed, stream: rawValue) }

  /// Returns the source for a network's stage in a shard of a batch. Stages 0 to 15 have
  /// consecutive streams, each further 16 stages are 256 higher, and each further shard is 65,536
  /// higher, so that no two uses share a stream.
  func source(seed: UInt64, stage: Int, shard: Int = 0) -> RandomSource {
    let (block, place) = stage.quotientAndRemainder(dividingBy: 16)
    return RandomSource(
      seed: seed, stream: rawValue + UInt32(place) + UInt32(block) << 8 + UInt32(shard) << 16)
  }
}
