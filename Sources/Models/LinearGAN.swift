extension GAN {
  /// Linear generative adversarial network (paper, section 2.1).
  public static let linear = GAN(
    builtIn: "linear-gan",
    generator: Network(prefix: "generator.out", input: 100) {
      Linear("0", to: 128); LeakyReLU()
      Linear("2", to: 256); LeakyReLU()
      Linear("4", to: 512); LeakyReLU()
      Linear("6", to: 784); Tanh()
    },
    discriminator: Network(prefix: "discriminator.out", input: 784) {
      Linear("0", to: 512); LeakyReLU(); Dropout(0.4)
      Linear("3", to: 256); LeakyReLU(); Dropout(0.4)
      Linear("6", to: 128); LeakyReLU(); Dropout(0.4)
      Linear("9", to: 1)
    },
    batchSize: 128, learningRate: 2e-4)
}
