@testable import GenerativeModels

extension GAN {
  /// Tiny networks with every layer and every activation, whose widths fill no tile. A simulator
  /// runs them in a second.
  static let tiny = GAN(
    builtIn: "tiny-gan",
    generator: Network(prefix: "generator", input: 4) {
      Linear("fc", to: 2 * 2 * 3); Sigmoid()
      Reshape(2, 2, 3)
      Upsample(); Conv2D("conv", to: 3, kernel: 2, stride: 2, padding: 0); SiLU()
      ConvTranspose2D("trans_conv0", to: 5, stride: 2)
      BatchNorm("norm0"); LeakyReLU()
      ConvTranspose2D("trans_conv1", to: 1, stride: 1); Tanh()
    },
    discriminator: Network(prefix: "discriminator", input: 4, 4, 1) {
      Conv2D("conv0", to: 6, stride: 1); SiLU(); Dropout2D(0.25)
      Conv2D("conv1", to: 8, stride: 2)
      BatchNorm("norm1"); Tanh(); Dropout2D(0.25)
      Linear("fc0", to: 12); LeakyReLU(); Dropout(0.4)
      Linear("fc1", to: 1)
    },
    batchSize: 3, learningRate: 1e-2)
}

extension VAE {
  /// The same for a VAE.
  static let tiny = VAE(
    builtIn: "tiny-vae",
    encoder: Network(prefix: "encoder", input: 4, 4, 1) {
      Conv2D("conv0", to: 3, stride: 2); ReLU(); Dropout2D(0.25)
      Linear("fc", to: 2 * 6)
    },
    decoder: Network(prefix: "decoder", input: 6) {
      Linear("fc0", to: 16); LeakyReLU()
      Linear("fc1", to: 2 * 2 * 2); Tanh()
      Reshape(2, 2, 2)
      ConvTranspose2D("trans_conv", to: 1, stride: 2); Sigmoid()
    },
    batchSize: 3, learningRate: 1e-2)
}

extension VAE {
  /// The same for a VAE with normal pixels, whose images are in [−1, 1].
  static func tinyGaussian() throws -> VAE {
    try VAE(
      name: "tiny-gaussian-vae",
      encoder: Network(prefix: "encoder", input: 16) { Linear("fc", to: 4) },
      decoder: Network(prefix: "decoder", input: 2) {
        Linear("fc", to: 16); Tanh()
      }, likelihood: .gaussian, batchSize: 3, learningRate: 1e-2)
  }
}

/// The same for a classifier.
struct TinyClassifier: ClassifyingModel {
  let name = "tiny-classifier"
  let batchSize = 3
  let learningRate = 1e-2
  let shift = 1
  let epochs = 2
  let settlingEpochs = 1

  let features = Network(prefix: "features", input: 4, 4, 1) {
    Conv2D("conv", to: 3, stride: 2); LeakyReLU()
    Linear("fc0", to: 6); Tanh()
  }

  let head = Network(prefix: "head", input: 6) {
    Linear("fc1", to: 3)
  }
}
