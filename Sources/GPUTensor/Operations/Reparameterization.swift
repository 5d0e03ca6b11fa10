/// The weight β of the divergence in a loss (Higgins et al.: "β-VAE", 2017).
public struct DivergenceWeight: Sendable, Equatable {
  /// β.
  public var beta: Double
  /// The number of epochs in which the weight grows to β: in epoch e, counted from 1, it is
  /// β · min(1, e / warmup).
  public var warmup: Int

  /// Creates a weight that is β from the first epoch, or after a warm-up.
  public init(beta: Double = 1, warmup: Int = 1) {
    self.beta = beta
    self.warmup = warmup
  }

  /// Returns the weight in an epoch, counted from 0.
  package func value(epoch: Int) -> Double {
    beta * min(1, Double(epoch + 1) / Double(warmup))
  }

  /// The build options of a kernel.
  fileprivate var options: [String: String] {
    self == DivergenceWeight() ? [:] : ["BETA": "\(Float(beta))f", "WARMUP": "\(Float(warmup))f"]
  }
}

/// Random numbers that are new in each step.
public struct StepNoise {
  /// Their source.
  public let source: RandomSource
  /// The training state, which holds the current step.
  public let state: StepState

  /// Creates the numbers of a source in the current step.
  public init(_ source: RandomSource, _ state: StepState) {
    self.source = source
    self.state = state
  }
}

/// The reparameterization of a variational autoencoder (`kernels/common/reparameterization.cl`).
extension CommandList {
  /// Computes z = μ + ε exp(½ log σ²), and each row's KL divergence from the standard normal.
  ///
  /// Shapes: encoded (rows, 2 latent), z (rows, latent), kl (rows).
  public func reparameterize(
    _ label: String, _ encoded: Tensor, noise: StepNoise, into z: Tensor, kl: Tensor
  ) {
    record(label, .reparameterize(encoded: encoded, noise, z: z, kl: kl)) {
      append(label, "reparameterize", z, noise, [encoded, z, kl])
    }
  }

  /// Computes the gradient of the loss, weighted divergence included, with respect to the encoder's
  /// output, with the same ε.
  ///
  /// Shapes: encoded and dencoded (rows, 2 latent), dz (rows, latent).
  public func reparameterizeBackward(
    _ label: String, _ encoded: Tensor, dz: Tensor, weight: DivergenceWeight, noise: StepNoise,
    into dencoded: Tensor
  ) {
    record(
      label,
      .reparameterizeBackward(encoded: encoded, dz: dz, weight, noise, dencoded: dencoded)
    ) {
      append(
        label, "reparameterize_backward", dz, noise, [encoded, dz, dencoded],
        options: weight.options)
    }
  }

  /// Computes z as `reparameterize` does, and each row's log p(z) − log q(z | x): the logarithm of
  /// an importance weight without the likelihood.
  ///
  /// Shapes: encoded (rows, 2 latent), z (rows, latent), logRatio (rows).
  public func reparameterizeWeighted(
    _ label: String, _ encoded: Tensor, noise: StepNoise, into z: Tensor, logRatio: Tensor
  ) {
    record(label, .reparameterizeWeighted(encoded: encoded, noise, z: z, logRatio: logRatio)) {
      append(label, "reparameterize_weighted", z, noise, [encoded, z, logRatio])
    }
  }

  /// Appends a kernel with a work-item for each row of `z`, a latent or its gradient.
  private func append(
    _ label: String, _ function: String, _ z: Tensor, _ noise: StepNoise, _ operands: [Tensor],
    options: [String: String] = [:]
  ) {
    append(
      label,
      KernelVariant("reparameterization.cl", function, ["LATENT": z.columns]).adding(options),
      over: .items([z.rows]), cost: LaunchCost(flops: 12 * z.count),
      [.uint2(noise.source.seed), .uint(noise.source.stream), .tensor(noise.state.tensor)]
        + operands.map(KernelArgument.tensor))
  }
}
