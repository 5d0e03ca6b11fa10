/// Cross entropy of a classifier's logits (`kernels/common/cross_entropy.cl`).
extension CommandList {
  /// Computes each row's loss, whether its largest logit is its label's (1 or 0), and the gradient
  /// of the mean loss with respect to the logits.
  ///
  /// Shapes: logits and dlogits (rows, classes), labels (rows) bytes below `classes`, loss and
  /// correct (rows).
  public func softmaxCrossEntropy(
    _ label: String, _ logits: Tensor, labels: Tensor, into dlogits: Tensor, loss: Tensor,
    correct: Tensor
  ) {
    precondition(labels.elementType == .uint8 && labels.count == logits.rows, "a row has a label")
    precondition(dlogits.count == logits.count, "shapes agree")
    let kind = TensorOperation.Kind.softmaxCrossEntropy(
      logits: logits, labels: labels, dlogits: dlogits, loss: loss, correct: correct)
    record(label, kind) {
      append(
        label,
        KernelVariant("cross_entropy.cl", "softmax_cross_entropy", ["CLASSES": logits.columns]),
        over: .items([logits.rows]), cost: LaunchCost(flops: 6 * logits.count),
        [
          .uint(UInt32(logits.rows)), .tensor(logits), .tensor(labels), .tensor(dlogits),
          .tensor(loss), .tensor(correct),
        ])
    }
  }
}
