@testable import GenerativeModels

extension GAN {
  /// A GAN with 4×4 taps, batch normalization, SiLU and upsampling (NormalizedGenerator in
  /// Golden/networks.py).
  static let normalized = GAN(
    builtIn: "normalized-gan",
    generator: Network(
      prefix: "generator", input: 100, initialWeights: .normal(deviation: 0.02)
    ) {
      Linear("fc", to: 7 * 7 * 6).withoutBias(); Reshape(7, 7, 6)
      BatchNorm("norm0"); ReLU(); Upsample()
      Conv2D("conv1", to: 5).withoutBias()
      BatchNorm("norm1"); SiLU()
      ConvTranspose2D("conv2", to: 1, kernel: 4, stride: 2); Tanh()
    },
    discriminator: Network(
      prefix: "discriminator", input: 28, 28, 1, initialWeights: .normal(deviation: 0.02)
    ) {
      Conv2D("conv1", to: 4, kernel: 4, stride: 2); SiLU(); Dropout2D(0.25)
      Conv2D("conv2", to: 8, kernel: 4, stride: 2).withoutBias()
      BatchNorm("norm"); LeakyReLU(); Dropout2D(0.25)
      Linear("fc", to: 1)
    },
    batchSize: 8, learningRate: 2e-4)

  /// Examples/models/dcgan-64.yaml with 4 base channels in place of 32.
  static let narrow64 = GAN(
    builtIn: "narrow-dcgan-64",
    generator: Network(
      prefix: "generator", input: 100, initialWeights: .normal(deviation: 0.02)
    ) {
      Reshape(1, 1, 100)
      ConvTranspose2D("conv1", to: 32, kernel: 4, padding: 0, outputPadding: 0).withoutBias()
      BatchNorm("norm1"); ReLU()
      ConvTranspose2D("conv2", to: 16, kernel: 4, stride: 2).withoutBias()
      BatchNorm("norm2"); ReLU()
      ConvTranspose2D("conv3", to: 8, kernel: 4, stride: 2).withoutBias()
      BatchNorm("norm3"); ReLU()
      ConvTranspose2D("conv4", to: 4, kernel: 4, stride: 2).withoutBias()
      BatchNorm("norm4"); ReLU()
      ConvTranspose2D("conv5", to: 3, kernel: 4, stride: 2); Tanh()
    },
    discriminator: Network(
      prefix: "discriminator", input: 64, 64, 3, initialWeights: .normal(deviation: 0.02)
    ) {
      Conv2D("conv1", to: 4, kernel: 4, stride: 2); LeakyReLU()
      Conv2D("conv2", to: 8, kernel: 4, stride: 2).withoutBias()
      BatchNorm("norm2"); LeakyReLU()
      Conv2D("conv3", to: 16, kernel: 4, stride: 2).withoutBias()
      BatchNorm("norm3"); LeakyReLU()
      Conv2D("conv4", to: 32, kernel: 4, stride: 2).withoutBias()
      BatchNorm("norm4"); LeakyReLU()
      Conv2D("conv5", to: 1, kernel: 4, padding: 0)
    },
    batchSize: 8, learningRate: 2e-4)
}

extension VAE {
  /// A VAE that is trained with normal pixels.
  static let gaussian = VAE(
    builtIn: "gaussian-vae",
    encoder: Network(prefix: "encoder", input: 784) {
      Linear("fc1", to: 24); ReLU()
      Linear("fc2", to: 2 * 4)
    },
    decoder: Network(prefix: "decoder", input: 4) {
      Linear("fc1", to: 24); ReLU()
      Linear("fc2", to: 784); Tanh()
    },
    batchSize: 8, learningRate: 1e-3)

  /// A VAE of images of 33×31×3, with every layer, and taps, strides and paddings of many sizes
  /// (OddEncoder in Golden/networks.py).
  static let odd = VAE(
    builtIn: "odd-vae",
    encoder: Network(prefix: "encoder", input: 33, 31, 3) {
      Conv2D("conv1", to: 4, kernel: 5, stride: 3, padding: 0).withoutBias()
      BatchNorm("norm1"); LeakyReLU(0.1); Dropout2D(0.25)
      Conv2D("conv2", to: 6, kernel: 4, stride: 2); Tanh()
      Linear("fc1", to: 10).withoutBias()
      BatchNorm("norm2"); ReLU(); Dropout(0.25)
      Linear("fc2", to: 2 * 4)
    },
    decoder: Network(prefix: "decoder", input: 4) {
      Linear("fc", to: 16 * 15 * 2).withoutBias(); Reshape(16, 15, 2)
      BatchNorm("norm"); ReLU()
      ConvTranspose2D("up1", to: 5, kernel: 5, stride: 1, padding: 2); SiLU(); Upsample()
      ConvTranspose2D("up2", to: 3, kernel: 4, stride: 1, padding: 1, outputPadding: 0); Sigmoid()
    },
    batchSize: 8, learningRate: 1e-3)
}
