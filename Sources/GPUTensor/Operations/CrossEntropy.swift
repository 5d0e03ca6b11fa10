/// Cross entropy of a classifier's logits (`kernels/common/cross_entropy.cl`).
extension CommandList {
  /// Computes each row's loss and correctness, and the gradient of the loss's mean over `mean` rows
  /// with respect to the logits.
  ///
  /// Shapes: logits and dlogits (rows, classes), labels (rows) bytes below `classes`, loss and
  /// correct (rows).
  public func softmaxCrossEntropy(
    _ label: String, _ logits: Tensor, labels: Tensor, mean: Int, into dlogits: Tensor,
    loss: Tensor, correct: Tensor
  ) {
    precondition(labels.elementType == .uint8 && labels.count == logits.rows, "a row has a label")
    precondition(dlogits.count == logits.count, "shapes agree")
    append(
      label,
      KernelVariant("cross_entropy.cl", "softmax_cross_entropy", ["CLASSES": logits.columns]),
      global: [logits.rows], flops: 6 * logits.count,
      .uint(UInt32(mean)), .tensor(logits), .tensor(labels), .tensor(dlogits), .tensor(loss),
      .tensor(correct))
  }
}
