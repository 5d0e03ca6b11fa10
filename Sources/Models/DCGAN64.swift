extension GAN {
  /// The networks of Radford et al. ("Unsupervised representation learning with deep convolutional
  /// generative adversarial networks", 2016) for images of 64×64 in colour, with 32 base channels
  /// in place of 128.
  public static let dcgan64 = {
    var model = GAN(
      builtIn: "dcgan-64",
      generator: Network(
        prefix: "generator", input: 100, initialWeights: .normal(deviation: 0.02)
      ) {
        Reshape(1, 1, 100)
        ConvTranspose2D("conv1", to: 256, kernel: 4, padding: 0, outputPadding: 0).withoutBias()
        BatchNorm("norm1"); ReLU()
        ConvTranspose2D("conv2", to: 128, kernel: 4, stride: 2).withoutBias()
        BatchNorm("norm2"); ReLU()
        ConvTranspose2D("conv3", to: 64, kernel: 4, stride: 2).withoutBias()
        BatchNorm("norm3"); ReLU()
        ConvTranspose2D("conv4", to: 32, kernel: 4, stride: 2).withoutBias()
        BatchNorm("norm4"); ReLU()
        ConvTranspose2D("conv5", to: 3, kernel: 4, stride: 2); Tanh()
      },
      discriminator: Network(
        prefix: "discriminator", input: 64, 64, 3, initialWeights: .normal(deviation: 0.02)
      ) {
        Conv2D("conv1", to: 32, kernel: 4, stride: 2); LeakyReLU()
        Conv2D("conv2", to: 64, kernel: 4, stride: 2).withoutBias()
        BatchNorm("norm2"); LeakyReLU()
        Conv2D("conv3", to: 128, kernel: 4, stride: 2).withoutBias()
        BatchNorm("norm3"); LeakyReLU()
        Conv2D("conv4", to: 256, kernel: 4, stride: 2).withoutBias()
        BatchNorm("norm4"); LeakyReLU()
        Conv2D("conv5", to: 1, kernel: 4, padding: 0)
      },
      batchSize: 64, learningRate: 2e-4)
    model.objective.beta1 = 0.5
    return model
  }()
}
