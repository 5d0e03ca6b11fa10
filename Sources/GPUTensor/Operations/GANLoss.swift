/// The losses of a generative adversarial network (`kernels/common/gan_loss.cl`).
extension CommandList {
  /// Computes each row's loss, whether its logit has the right sign (1 or 0), and the gradient of
  /// the mean losses with respect to the logits.
  ///
  /// The target of the first `real` rows is 1, that of the others 0. Means are over `real` rows.
  ///
  /// Shapes: logits and dlogits (rows, 1). If all rows are real, loss and correct are (rows). Else
  /// they are (2, stride): the first row for real rows, the second for the others.
  public func ganLoss(
    _ label: String, _ logits: Tensor, real: Int, into dlogits: Tensor, loss: Tensor,
    correct: Tensor
  ) {
    precondition(logits.columns == 1 && dlogits.count == logits.count, "a row has one logit")
    let kind = TensorOperation.Kind.ganLoss(
      logits: logits, real: real, dlogits: dlogits, loss: loss, correct: correct)
    record(label, kind) {
      append(
        label, KernelVariant("gan_loss.cl", "gan_loss", [:]), over: .items([logits.rows]),
        [
          .uint(UInt32(real)), .uint(UInt32(loss.columns)), .tensor(logits),
          .tensor(dlogits), .tensor(loss), .tensor(correct),
        ])
    }
  }
}
