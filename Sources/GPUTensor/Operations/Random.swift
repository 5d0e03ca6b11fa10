/// Tensors of random numbers (`kernels/random.cl`).
extension CommandList {
  /// Fills `out` uniformly from [−bound, bound); `step` is the second word of the counter.
  public func fillUniform(
    _ label: String, bound: Float, source: RandomSource, step: UInt32, into out: Tensor
  ) {
    append(
      label, KernelVariant("random.cl", "fill_uniform", [:]), global: [ceilDivide(out.count, 16)],
      .uint(UInt32(out.count)), .uint2(source.seed), .uint(source.stream), .uint(step),
      .float(bound), .tensor(out))
  }

  /// Fills `out` with standard normals; `step` is the second word of the counter.
  public func fillNormal(_ label: String, source: RandomSource, step: UInt32, into out: Tensor) {
    append(
      label, KernelVariant("random.cl", "fill_normal", [:]), global: [ceilDivide(out.count, 16)],
      .uint(UInt32(out.count)), .uint2(source.seed), .uint(source.stream), .uint(step),
      .tensor(out))
  }

  /// Fills `out` with standard normals, anew in each step: the step is the counter's second word.
  public func drawNormal(_ label: String, source: RandomSource, state: StepState, into out: Tensor)
  {
    append(
      label, KernelVariant("random.cl", "draw_normal", [:]), global: [ceilDivide(out.count, 16)],
      .uint(UInt32(out.count)), .uint2(source.seed), .uint(source.stream), .tensor(state.tensor),
      .tensor(out))
  }
}
