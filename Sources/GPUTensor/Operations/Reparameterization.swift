/// The reparameterization of a variational autoencoder (`kernels/common/reparameterization.cl`).
extension CommandList {
  /// Computes z = μ + ε exp(½ log σ²) and each row's divergence from the standard normal.
  ///
  /// Shapes: encoded (rows, 2 latent), z (rows, latent), kl (rows); latent is a multiple of 4.
  public func reparameterize(
    _ label: String, _ encoded: Tensor, noise: RandomSource, state: StepState, into z: Tensor,
    kl: Tensor
  ) {
    append(
      label, variant("reparameterize", latent: z.columns), global: [z.rows],
      flops: 12 * z.count,
      .uint2(noise.seed), .uint(noise.stream), .tensor(state.tensor), .tensor(encoded),
      .tensor(z), .tensor(kl))
  }

  /// Computes the gradient of loss and divergence with respect to the encoder's output, with the
  /// same ε.
  ///
  /// Shapes: encoded and dencoded (rows, 2 latent), dz (rows, latent).
  public func reparameterizeBackward(
    _ label: String, _ encoded: Tensor, dz: Tensor, noise: RandomSource, state: StepState,
    into dencoded: Tensor
  ) {
    append(
      label, variant("reparameterize_backward", latent: dz.columns), global: [dz.rows],
      flops: 12 * dz.count,
      .uint2(noise.seed), .uint(noise.stream), .tensor(state.tensor), .tensor(encoded),
      .tensor(dz), .tensor(dencoded))
  }

  /// Computes z as `reparameterize` does, and the logarithm of an importance weight without the
  /// likelihood, log p(z) − log q(z | x).
  ///
  /// Shapes: encoded (rows, 2 latent), z (rows, latent), logRatio (rows).
  public func reparameterizeWeighted(
    _ label: String, _ encoded: Tensor, noise: RandomSource, state: StepState, into z: Tensor,
    logRatio: Tensor
  ) {
    append(
      label, variant("reparameterize_weighted", latent: z.columns), global: [z.rows],
      flops: 12 * z.count,
      .uint2(noise.seed), .uint(noise.stream), .tensor(state.tensor), .tensor(encoded),
      .tensor(z), .tensor(logRatio))
  }

  private func variant(_ function: String, latent: Int) -> KernelVariant {
    precondition(latent % 4 == 0, "the width of z is a multiple of 4")
    return KernelVariant("reparameterization.cl", function, ["LATENT": latent])
  }
}
