/// Losses that the author's published notebooks logged (github.com/arpan98/mnist-generative-models).
enum AuthorLosses {
  /// What the notebooks' value of a column is, beside the mean over an epoch that this program logs.
  static func meaning(of model: String) -> String {
    model.hasSuffix("gan")
      ? "first batch of the epoch"
      : "mean over the epoch's images"
  }

  /// The notebooks' value of a column at the last epoch they logged that is not after `epoch`.
  static func value(
    _ model: String, _ column: String, upTo epoch: Int
  ) -> (epoch: Int, loss: Double)? {
    let logged = table["\(model) \(column)"] ?? []
    return logged.last { $0.epoch <= epoch }
  }

  private static let table: [String: [(epoch: Int, loss: Double)]] = [
    "linear-gan d_loss": [
      (1, 1.3834), (2, 2.3757), (3, 0.7351), (5, 0.8315), (10, 0.6425), (20, 0.6598),
      (30, 1.0848), (50, 0.9586), (77, 1.0694),
    ],
    "linear-gan g_loss": [
      (1, 0.7067), (2, 0.4232), (3, 1.6803), (5, 1.5413), (10, 1.7245), (20, 2.0687),
      (30, 1.627), (50, 1.3325), (77, 1.0521),
    ],
    "dcgan d_loss": [
      (1, 1.3879), (2, 0.5072), (3, 0.7371), (5, 0.7832), (10, 1.037), (20, 1.0654),
      (30, 1.2464), (50, 1.2218), (100, 1.4006),
    ],
    "dcgan g_loss": [
      (1, 0.6912), (2, 3.0472), (3, 2.3633), (5, 1.587), (10, 1.2569), (20, 1.2976),
      (30, 1.001), (50, 0.9565), (100, 0.8691),
    ],
    "linear-vae train_loss": [
      (1, 219.2), (2, 168.889), (3, 150.763), (5, 132.906), (10, 117.691), (20, 108.811),
      (30, 105.559), (50, 102.382), (100, 99.224),
    ],
    "linear-vae val_loss": [
      (1, 185.042), (2, 156.427), (3, 143.976), (5, 129.222), (10, 115.8), (20, 108.222),
      (30, 105.095), (50, 102.334), (100, 99.8375),
    ],
    "conv-vae train_loss": [
      (1, 211.564), (2, 125.805), (3, 115.465), (5, 109.5), (10, 104.34), (20, 100.929),
      (30, 99.2991), (50, 97.6186), (72, 96.5201),
    ],
    "conv-vae val_loss": [
      (1, 135.755), (2, 114.991), (3, 110.102), (5, 106.2), (10, 102.58), (20, 99.6146),
      (30, 98.3629), (50, 97.101), (72, 96.3262),
    ],
  ]
}
