/// One of the paper's eight figures: what it shows, and how it differs from the notebooks.
struct PaperFigure {
  /// What a figure shows.
  enum Kind {
    /// Loss curves, as SVG.
    case losses
    /// Samples at three epochs, as PNG.
    case samples
  }

  let number: Int
  let model: String
  let kind: Kind
  /// Its caption in the paper.
  let caption: String
  /// What the paper says about it, and how this one was made.
  let remark: String

  var fileName: String { "figure-\(number).\(kind == .losses ? "svg" : "png")" }

  /// The figures in the paper's order.
  static let all = [
    PaperFigure(
      number: 1, model: "linear-gan", kind: .losses, caption: "Linear GAN losses",
      remark: """
        The paper: both networks train at a similar rate, and the discriminator's loss grows \
        towards the end. \(curves)
        """),
    PaperFigure(
      number: 2, model: "dcgan", kind: .losses, caption: "DCGAN losses",
      remark: """
        The paper: as in figure 1. With its settings the discriminator wins for some seeds, and \
        the pictures stay noise, which the paper does not mention. With --preset stable the \
        discriminator won for none of eight seeds. \(curves)
        """),
    PaperFigure(
      number: 3, model: "linear-gan", kind: .samples,
      caption: "Linear GAN generated samples over epochs",
      remark: """
        The paper: a consistent improvement over epochs, but noisy and discontinuous digits, as \
        expected of linear layers.
        """),
    PaperFigure(
      number: 4, model: "dcgan", kind: .samples, caption: "DCGAN generated samples over epochs",
      remark: """
        The paper: little improvement between epochs 50 and 100; smoother and better digits than \
        the linear GAN's. The same latents are drawn at each epoch, so a digit can turn into \
        another.
        """),
    PaperFigure(
      number: 5, model: "linear-vae", kind: .losses, caption: "Linear VAE loss",
      remark: "The paper: it learns well, does not overfit, and has converged at about epoch 50."),
    PaperFigure(
      number: 6, model: "conv-vae", kind: .losses, caption: "Convolutional VAE loss",
      remark: """
        The paper: as in figure 5. The training loss lies above the validation loss at first: \
        dropout is on in training only, and the training loss is a mean over an epoch in which the \
        network still learns.
        """),
    PaperFigure(
      number: 7, model: "linear-vae", kind: .samples,
      caption: "Linear VAE generated samples over epochs",
      remark: "The paper: blurry, some digits can be made out at epoch 5, converged by epoch 50."),
    PaperFigure(
      number: 8, model: "conv-vae", kind: .samples,
      caption: "Convolutional VAE generated samples over epochs",
      remark: "The paper: less noise than the linear VAE's, still quite blurry, more digits mapped."
    ),
  ]

  private static let curves = """
    Here the curves are means over each epoch's batches, from the training steps themselves, and \
    d_loss is real + fake. The notebooks plot the first batch of each epoch. They add the fake \
    loss in place to the real one before they log the latter: what they log as the real loss is \
    real + fake, and their curve of the discriminator, which adds the fake loss once more, is \
    real + 2 · fake.
    """
}
