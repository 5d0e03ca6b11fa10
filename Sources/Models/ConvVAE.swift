extension VAE {
  /// Convolutional variational autoencoder (paper, section 2.4).
  public static let convolutional = VAE(
    builtIn: "conv-vae",
    encoder: Network(input: 28, 28, 1) {
      Conv2D("conv0", to: 32, stride: 2); LeakyReLU(); Dropout2D(0.25)
      Conv2D("conv1", to: 64, stride: 1); LeakyReLU(); Dropout2D(0.25)
      Conv2D("conv2", to: 128, stride: 1); LeakyReLU(); Dropout2D(0.25)
      Conv2D("conv3", to: 256, stride: 2); LeakyReLU(); Dropout2D(0.25)
      Linear("fc", to: 32)
    },
    decoder: Network(input: 16) {
      Linear("fc1", to: 7 * 7 * 256)
      Reshape(7, 7, 256)
      ConvTranspose2D("trans_conv1", to: 128, stride: 2); ReLU()
      ConvTranspose2D("trans_conv2", to: 64, stride: 1); ReLU()
      ConvTranspose2D("trans_conv3", to: 32, stride: 1); ReLU()
      ConvTranspose2D("trans_conv4", to: 1, stride: 2); Sigmoid()
    },
    batchSize: 128, learningRate: 1e-4)
}
