/// The real rows of a discriminator's batch, which come first.
public struct RealRows: Sendable {
  /// Their number.
  public let count: Int
  /// Their target: 1, or less with one-sided label smoothing (Salimans et al.: "Improved techniques
  /// for training GANs", 2016).
  public let label: Double
  /// The number of rows that losses are averaged over: the real rows of the whole batch.
  public let averaged: Int

  /// Creates a number of rows with a target. Losses are averaged over `averaged` rows; nil for
  /// `count`.
  public init(_ count: Int, label: Double = 1, averagedOver averaged: Int? = nil) {
    self.count = count
    self.label = label
    self.averaged = averaged ?? count
  }

  /// The build options of a kernel.
  var options: [String: String] { label == 1 ? [:] : ["REAL_LABEL": "\(Float(label))f"] }
}

/// The losses of a generative adversarial network (`kernels/common/gan_loss.cl`).
extension CommandList {
  /// Computes each row's loss, whether its logit has the right sign (1 or 0), and the gradient of
  /// the mean losses with respect to the logits.
  ///
  /// The target of the real rows is their label, that of the others 0. `real` says how
  /// many rows the means are over.
  ///
  /// Shapes: logits and dlogits (rows, 1). If all rows are real, loss and correct are (rows). Else
  /// they are (2, stride): the first row for real rows, the second for the others.
  public func ganLoss(
    _ label: String, _ logits: Tensor, real: RealRows, into dlogits: Tensor, loss: Tensor,
    correct: Tensor
  ) {
    precondition(logits.columns == 1 && dlogits.count == logits.count, "a row has one logit")
    let kind = TensorOperation.Kind.ganLoss(
      logits: logits, real: real, dlogits: dlogits, loss: loss, correct: correct)
    record(label, kind) {
      append(
        label,
        KernelVariant("gan_loss.cl", "gan_loss", [:]).adding(real.options),
        over: .items([logits.rows]),
        [
          .uint(UInt32(real.count)), .uint(UInt32(real.averaged)), .uint(UInt32(loss.columns)),
          .tensor(logits), .tensor(dlogits), .tensor(loss), .tensor(correct),
        ])
    }
  }
}
