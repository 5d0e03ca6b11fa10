/// Linear variational autoencoder (paper, section 2.3).
public enum LinearVAE: VariationalModel {
  public static let name = "linear-vae"
  public static let batchSize = 64
  public static let learningRate = 1e-4

  public static let encoder = Network(prefix: "encoder", input: 784) {
    Linear("0", to: 512); ReLU()
    Linear("2", to: 128); ReLU()
    Linear("4", to: 32)
  }

  public static let decoder = Network(prefix: "decoder", input: 16) {
    Linear("0", to: 128); ReLU()
    Linear("2", to: 512); ReLU()
    Linear("4", to: 784); Sigmoid()
  }
}
