/// Labels that join examples (`kernels/common/labels.cl`).
extension CommandList {
  /// Appends the one-hot code of an example's label to each of its positions, such as the pixels of
  /// an image. If there are fewer labels than examples, they repeat: those of a batch hold for its
  /// images and for as many fakes.
  ///
  /// Shapes: x (rows, …, channels), labels (count) bytes below `classes`, y (rows, …, channels +
  /// classes); `rows` is a multiple of `count`.
  public func joinLabels(_ label: String, _ x: Tensor, _ labels: Tensor, into y: Tensor) {
    precondition(labels.elementType == .uint8, "labels are bytes")
    precondition(x.rows.isMultiple(of: labels.count), "labels repeat in whole")
    record(label, .joinLabels(x: x, labels: labels, y: y)) {
      append(
        label, LabelShape(x, joined: y).variant("join_labels"), over: .items([y.count]),
        cost: LaunchCost(bytes: 4 * (x.count + y.count)),
        [.uint(UInt32(y.count)), .uint(UInt32(labels.count))] + [x, labels, y].map { .tensor($0) })
    }
  }

  /// Computes the gradient of `joinLabels` at x. The epilogue has x, and multiplies by the
  /// derivatives of the activation and the dropout that made it.
  ///
  /// Shapes: dy as y of `joinLabels`, dx as x.
  public func joinLabelsBackward(
    _ label: String, dy: Tensor, epilogue: Epilogue, into dx: Tensor
  ) {
    let shape = LabelShape(dx, joined: dy)
    record(label, .joinLabelsBackward(dy: dy, epilogue, dx: dx)) {
      append(
        label,
        shape.variant("join_labels_backward").adding(
          epilogue.options(channels: "\(shape.channels)")),
        over: .items([dx.count]), cost: LaunchCost(bytes: 12 * dx.count),
        [.uint(UInt32(dx.count))] + [epilogue.aux, dy, dx].map { .tensor($0) })
    }
  }
}

/// The shape of an example, and of the code that joins it.
private struct LabelShape {
  let positions: Int
  let channels: Int
  let classes: Int

  init(_ x: Tensor, joined y: Tensor) {
    channels = x.shape.last ?? 1
    positions = x.columns / channels
    classes = (y.shape.last ?? 1) - channels
    precondition(
      y.shape.dropLast() == x.shape.dropLast() && classes > 0, "a code joins each position")
  }

  func variant(_ function: String) -> KernelVariant {
    KernelVariant(
      "labels.cl", function,
      ["POSITIONS": positions, "CHANNELS": channels, "CLASSES": classes])
  }
}
