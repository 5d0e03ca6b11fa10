import GPUTensor
import Reference

/// Products and convolutions, with their epilogues.
extension OperationTruth {
  mutating func gemm(
    _ a: Tensor, _ b: Tensor, transposed: Bool, _ epilogue: Epilogue, _ c: Tensor
  ) throws -> Trial {
    let (x, w) = (try draw(a), try draw(b))
    let (n, k) = (c.columns, a.columns)
    return try finished(epilogue, c, channels: n, products: k, operands: (x, w)) {
      transposed
        ? ReferenceGemm.nt(at: $0, x, w, n: n, k: k) : ReferenceGemm.nn(at: $0, x, w, n: n, k: k)
    }
  }

  mutating func gemmTN(
    _ a: Tensor, _ b: Tensor, _ c: Tensor, _ columnSums: Tensor
  ) throws -> Trial {
    let (x, dy) = (try draw(a), try draw(b))
    let (m, n, k) = (a.columns, b.columns, a.rows)
    return Trial(outputs: [
      Trial.Output(tensors[c], products: k) {
        ReferenceGemm.tn(at: $0, x, dy, m: m, n: n, k: k)
      },
      channelSums(of: dy, in: columnSums),
    ])
  }

  mutating func conv2D(_ convolution: Convolution) throws -> Trial {
    let (a, w) = (try draw(convolution.a), try draw(convolution.w))
    let reference = ReferenceConv2D(convolution.shape, images: convolution.rows)
    let (inputs, outputs) = (convolution.shape.inputChannels, convolution.shape.outputChannels)
    let transposed = convolution.transposed
    return try finished(
      convolution.epilogue, convolution.c, channels: transposed ? inputs : outputs,
      products: convolution.shape.taps * (transposed ? outputs : inputs),
      operands: (a, w)
    ) {
      transposed
        ? reference.backwardInput(at: $0, a, weight: w) : reference.forward(at: $0, a, weight: w)
    }
  }

  mutating func conv2DBackwardWeight(_ gradient: WeightGradient) throws -> Trial {
    let (x, dy) = (try draw(gradient.x), try draw(gradient.dy))
    let reference = ReferenceConv2D(gradient.shape, images: gradient.x.rows)
    let pixels = gradient.dy.count / gradient.shape.outputChannels
    let bias: Trial.Output
    switch gradient.bias {
    case .ofOutput(let db): bias = channelSums(of: dy, in: db)
    case .ofInput(let db): bias = channelSums(of: x, in: db)
    }
    return Trial(outputs: [
      Trial.Output(tensors[gradient.dw], products: pixels) {
        reference.backwardWeight(at: $0, x, dy)
      }, bias,
    ])
  }

  /// The sums over each channel, which are the gradient of a bias.
  private func channelSums(of maps: [Float], in sums: Tensor) -> Trial.Output {
    let channels = sums.count
    return Trial.Output(
      tensors[sums], products: maps.count / channels, typicalNorm: euclideanNorm(maps)
    ) { channel in
      stride(from: channel, to: maps.count, by: channels).reduce(0) { $0 + Double(maps[$1]) }
    }
  }

  /// Applies an epilogue to the elements `sum` of a product.
  mutating func finished(
    _ epilogue: Epilogue, _ c: Tensor, channels: Int, products: Int,
    operands: ([Float], [Float]), sum: @escaping (Int) -> Double
  ) throws -> Trial {
    switch epilogue {
    case .output(let bias, let activation, let dropout):
      let (function, offsets) = (activation.reference, try draw(bias))
      if let dropout { try setState(dropout.state) }
      let mask = mask(dropout, length: c.columns, channels: channels)
      let typicalNorm =
        activation == .identity
        ? (Double(c.count) * Double(products)).squareRoot() * rootMeanSquare(operands.0)
          * rootMeanSquare(operands.1) : 0
      return Trial(outputs: [
        Trial.Output(tensors[c], products: products, typicalNorm: typicalNorm) {
          function.value(sum($0) + Double(offsets[$0 % offsets.count])) * mask($0)
        }
      ])
    case .gradient(let activation, let dropped, let x):
      let outputs = try drawOutputs(activation, dropped, x)
      return Trial(outputs: [
        Trial.Output(tensors[c], products: products) {
          sum($0) * Self.derivative(activation, dropped, at: outputs[$0])
        }
      ])
    }
  }

  /// Draws outputs x that a layer with this activation and dropout may have, some of them dropped.
  mutating func drawOutputs(
    _ activation: Activation, _ dropped: Double?, _ x: Tensor
  ) throws -> [Float] {
    let scale = dropped.map { 1 / (1 - $0) } ?? 1
    return try draw(x) { place, number in
      dropped != nil && place % 3 == 0
        ? 0 : Float(activation.reference.value(Double(number)) * scale)
    }
  }

  /// The derivative of an activation and a dropout at their output; 0 if it was dropped.
  static func derivative(
    _ activation: Activation, _ dropped: Double?, at output: Float
  ) -> Double {
    guard let dropped else { return activation.reference.derivative(output: Double(output)) }
    let scale = 1 / (1 - dropped)
    return output == 0
      ? 0 : scale * activation.reference.derivative(output: Double(output) / scale)
  }

  /// The factor of a dropout's mask for an element; a row of `length` elements has a mask of
  /// `channels`.
  func mask(
    _ dropout: DropoutMask?, length: Int, channels: Int
  ) -> (Int) -> Double {
    guard let dropout else { return { _ in 1 } }
    let threshold = ReferenceDropout.threshold(dropout.probability)
    let (source, step) = (dropout.source, step)
    return { element in
      let place = element / length * channels + element % channels
      let bits = ReferencePhilox.bits(
        seed: source.seed, stream: source.stream, step: step, element: place)
      return bits >= threshold ? 1 / (1 - dropout.probability) : 0
    }
  }

  private func rootMeanSquare(_ numbers: [Float]) -> Double {
    euclideanNorm(numbers) / Double(numbers.count).squareRoot()
  }
}

extension ReferenceConv2D {
  /// The convolution of a batch of images.
  fileprivate init(_ shape: Conv2DShape, images: Int) {
    self.init(
      ReferenceMaps(
        batch: images, height: shape.height, width: shape.width, channels: shape.inputChannels),
      outputChannels: shape.outputChannels, kernel: shape.window.kernel,
      stride: shape.window.stride, padding: shape.window.padding)
  }
}
