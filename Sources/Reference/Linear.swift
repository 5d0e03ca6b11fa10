/// The dense layer y = x W + b.
///
/// x is (batch, inputs), y is (batch, outputs), W is [in][out], b is (outputs).
public enum ReferenceLinear {
  /// Returns y = x W + b, (batch, outputs).
  public static func forward(
    _ x: [Double], weight: [Double], bias: [Double], batch: Int, inputs: Int, outputs: Int
  ) -> [Double] {
    let product = ReferenceGemm.nn(x, weight, m: batch, n: outputs, k: inputs)
    return ReferenceBias.forward(product, bias: bias)
  }

  /// Returns dx = dy Wᵀ, (batch, inputs).
  public static func backwardInput(
    _ dy: [Double], weight: [Double], batch: Int, inputs: Int, outputs: Int
  ) -> [Double] {
    ReferenceGemm.nt(dy, weight, m: batch, n: inputs, k: outputs)
  }

  /// Returns dW = xᵀ dy, [in][out], summed over the batch.
  public static func backwardWeight(
    _ x: [Double], _ dy: [Double], batch: Int, inputs: Int, outputs: Int
  ) -> [Double] {
    ReferenceGemm.tn(x, dy, m: inputs, n: outputs, k: batch)
  }

  /// Returns db, the sum of dy's rows, (outputs).
  public static func backwardBias(_ dy: [Double], outputs: Int) -> [Double] {
    ReferenceBias.backward(dy, channels: outputs)
  }
}

/// The bias of any layer: one value for each index of the last axis, the channel.
///
/// It applies to (batch, features) and to NHWC maps.
public enum ReferenceBias {
  /// Returns y = x + b, with b repeated along all axes but the last.
  public static func forward(_ x: [Double], bias: [Double]) -> [Double] {
    precondition(!bias.isEmpty && x.count.isMultiple(of: bias.count), "x is not whole rows")
    return x.indices.map { x[$0] + bias[$0 % bias.count] }
  }

  /// Returns db, dy summed over all axes but the last, (channels).
  public static func backward(_ dy: [Double], channels: Int) -> [Double] {
    precondition(channels > 0 && dy.count.isMultiple(of: channels), "dy is not whole rows")
    var sums = [Double](repeating: 0, count: channels)
    for index in dy.indices {
      sums[index % channels] += dy[index]
    }
    return sums
  }
}
