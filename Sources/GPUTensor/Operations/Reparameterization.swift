/// The reparameterization of a variational autoencoder (`kernels/common/reparameterization.cl`).
extension CommandList {
  /// Computes z = μ + ε exp(½ log σ²), and each row's KL divergence from the standard normal.
  ///
  /// Shapes: encoded (rows, 2 latent), z (rows, latent), kl (rows).
  public func reparameterize(
    _ label: String, _ encoded: Tensor, noise: RandomSource, state: StepState, into z: Tensor,
    kl: Tensor
  ) {
    record(label, .reparameterize(encoded: encoded, noise, state, z: z, kl: kl)) {
      append(label, "reparameterize", z, noise, state, [encoded, z, kl])
    }
  }

  /// Computes the gradient of the loss, divergence included, with respect to the encoder's output,
  /// with the same ε.
  ///
  /// Shapes: encoded and dencoded (rows, 2 latent), dz (rows, latent).
  public func reparameterizeBackward(
    _ label: String, _ encoded: Tensor, dz: Tensor, noise: RandomSource, state: StepState,
    into dencoded: Tensor
  ) {
    record(
      label,
      .reparameterizeBackward(encoded: encoded, dz: dz, noise, state, dencoded: dencoded)
    ) {
      append(label, "reparameterize_backward", dz, noise, state, [encoded, dz, dencoded])
    }
  }

  /// Computes z as `reparameterize` does, and each row's log p(z) − log q(z | x): the logarithm of
  /// an importance weight without the likelihood.
  ///
  /// Shapes: encoded (rows, 2 latent), z (rows, latent), logRatio (rows).
  public func reparameterizeWeighted(
    _ label: String, _ encoded: Tensor, noise: RandomSource, state: StepState, into z: Tensor,
    logRatio: Tensor
  ) {
    record(
      label, .reparameterizeWeighted(encoded: encoded, noise, state, z: z, logRatio: logRatio)
    ) {
      append(label, "reparameterize_weighted", z, noise, state, [encoded, z, logRatio])
    }
  }

  /// Appends a kernel with a work-item for each row of `z`, a latent or its gradient.
  private func append(
    _ label: String, _ function: String, _ z: Tensor, _ noise: RandomSource, _ state: StepState,
    _ operands: [Tensor]
  ) {
    append(
      label, KernelVariant("reparameterization.cl", function, ["LATENT": z.columns]),
      over: .items([z.rows]), cost: LaunchCost(flops: 12 * z.count),
      [.uint2(noise.seed), .uint(noise.stream), .tensor(state.tensor)]
        + operands.map(KernelArgument.tensor))
  }
}
