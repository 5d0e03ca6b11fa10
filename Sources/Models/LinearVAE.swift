extension VAE {
  /// Linear variational autoencoder (paper, section 2.3).
  public static let linear = VAE(
    builtIn: "linear-vae",
    encoder: Network(prefix: "encoder", input: 784) {
      Linear("0", to: 512); ReLU()
      Linear("2", to: 128); ReLU()
      Linear("4", to: 32)
    },
    decoder: Network(prefix: "decoder", input: 16) {
      Linear("0", to: 128); ReLU()
      Linear("2", to: 512); ReLU()
      Linear("4", to: 784); Sigmoid()
    },
    batchSize: 64, learningRate: 1e-4)
}
