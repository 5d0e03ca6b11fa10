/// Convolutions, also for transposed ones. The context's planner lists their variants.
extension CommandList {
  /// Computes y = conv(x, w) and the epilogue.
  ///
  /// Shapes: x (rows, height, width, ci), w (kernel, kernel, ci, co), y (rows, output height,
  /// output width, co).
  public func conv2DForward(
    _ label: String, _ shape: Conv2DShape, _ x: Tensor, _ w: Tensor, epilogue: Epilogue,
    into y: Tensor
  ) {
    convolve(
      label, Convolution(shape: shape, transposed: false, a: x, w: w, epilogue: epilogue, c: y))
  }

  /// Computes dx = convᵀ(dy, w) and the epilogue: the data gradient of a convolution, or the
  /// forward pass of a transposed one.
  ///
  /// Shapes: dy (rows, output height, output width, co), w (kernel, kernel, ci, co), dx (rows,
  /// height, width, ci).
  public func conv2DBackwardInput(
    _ label: String, _ shape: Conv2DShape, _ dy: Tensor, _ w: Tensor, epilogue: Epilogue,
    into dx: Tensor
  ) {
    convolve(
      label, Convolution(shape: shape, transposed: true, a: dy, w: w, epilogue: epilogue, c: dx))
  }

  private func convolve(_ label: String, _ convolution: Convolution) {
    record(label, .conv2D(convolution)) {
      choose(
        "\(convolution.function) \(convolution.rows)×\(convolution.shape)",
        among: context.convolutionPlanner.variants(of: convolution, on: self)
      ) { $0.append(self, label) }
    }
  }

  /// Computes the gradients of a convolution's weight and bias.
  ///
  /// Shapes: x (rows, height, width, ci), dy (rows, output height, output width, co), dw (kernel,
  /// kernel, ci, co), bias as in `BiasGradient`.
  public func conv2DBackwardWeight(
    _ label: String, _ shape: Conv2DShape, x: Tensor, dy: Tensor, into dw: Tensor,
    bias: BiasGradient
  ) {
    let gradient = WeightGradient(shape: shape, x: x, dy: dy, dw: dw, bias: bias)
    record(label, .conv2DBackwardWeight(gradient)) {
      choose(
        "conv2d_backward_weight \(x.rows)×\(shape)",
        among: context.convolutionPlanner.variants(of: gradient, on: self)
      ) { $0.append(self, label) }
      context.convolutionPlanner.appendBiasGradient(of: gradient, label, on: self)
    }
  }
}

/// A convolution c = conv(a, w), or its data gradient c = convᵀ(a, w), with an epilogue.
public struct Convolution {
  /// The convolution, from x to y.
  public let shape: Conv2DShape
  /// Whether it computes the data gradient: a has the shape of y, and c that of x.
  public let transposed: Bool
  /// The input maps, and the weight (kernel, kernel, ci, co).
  public let a, w: Tensor
  /// The epilogue of the sums.
  public let epilogue: Epilogue
  /// The result.
  public let c: Tensor

  /// The number of images.
  public var rows: Int { c.rows }
  /// Its name in kernels and tunings.
  public var function: String { transposed ? "conv2d_backward_input" : "conv2d_forward" }
  /// The floating-point operations, without products with zeros outside the map.
  public var cost: LaunchCost { LaunchCost(flops: shape.flops(images: rows)) }
}

/// The gradients of a convolution's weight and bias.
public struct WeightGradient {
  /// The convolution, from x to y.
  public let shape: Conv2DShape
  /// The input, and the gradient at the output.
  public let x, dy: Tensor
  /// The weight's gradient (kernel, kernel, ci, co).
  public let dw: Tensor
  /// The bias's gradient.
  public let bias: BiasGradient

  /// The floating-point operations, without products with zeros outside the map.
  public var cost: LaunchCost { LaunchCost(flops: shape.flops(images: x.rows)) }
}

/// The gradient of a bias: sums over the pixels of all maps, for each channel.
public enum BiasGradient {
  /// The bias is added to y, and its gradient (co) sums dy.
  case ofOutput(Tensor)
  /// The bias is added to x, as in a transposed convolution, and its gradient (ci) sums x. In that
  /// case x holds the gradient at the layer's output.
  case ofInput(Tensor)
}
