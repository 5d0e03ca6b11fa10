extension GAN {
  /// Deep convolutional generative adversarial network (paper, section 2.2).
  public static let dcgan = GAN(
    builtIn: "dcgan",
    generator: Network(prefix: "generator", input: 100) {
      Linear("fc", to: 7 * 7 * 256)
      Reshape(7, 7, 256)
      ConvTranspose2D("trans_conv1", to: 128, stride: 2); ReLU()
      ConvTranspose2D("trans_conv2", to: 64, stride: 1); ReLU()
      ConvTranspose2D("trans_conv3", to: 32, stride: 1); ReLU()
      ConvTranspose2D("trans_conv4", to: 1, stride: 2); Tanh()
    },
    discriminator: Network(prefix: "discriminator", input: 28, 28, 1) {
      Conv2D("conv0", to: 32, stride: 2); LeakyReLU(); Dropout2D(0.25)
      Conv2D("conv1", to: 64, stride: 1); LeakyReLU(); Dropout2D(0.25)
      Conv2D("conv2", to: 128, stride: 1); LeakyReLU(); Dropout2D(0.25)
      Conv2D("conv3", to: 256, stride: 2); LeakyReLU(); Dropout2D(0.25)
      Linear("fc", to: 1)
    },
    batchSize: 128, learningRate: 2e-4,
    // β₁ is that of Radford et al. (2015); docs/paper.md has the measurement.
    stableSettings: LearningSettings(beta1: 0.5))
}
