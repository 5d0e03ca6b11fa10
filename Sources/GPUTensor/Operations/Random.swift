/// Tensors of random numbers (`kernels/common/random.cl`).
extension CommandList {
  /// Fills `out` with uniform numbers in [−bound, bound). `step` is the second word of the counter.
  public func fillUniform(
    _ label: String, bound: Float, source: RandomSource, step: UInt32, into out: Tensor
  ) {
    record(label, .fillUniform(bound: bound, source, step: step, out)) {
      draw(label, "fill_uniform", source, [.uint(step), .float(bound)], into: out)
    }
  }

  /// Fills `out` with normal numbers: mean + deviation · n, with standard normals n. `step` is the
  /// second word of the counter.
  public func fillNormal(
    _ label: String, mean: Float = 0, deviation: Float = 1, source: RandomSource, step: UInt32,
    into out: Tensor
  ) {
    record(label, .fillNormal(mean: mean, deviation: deviation, source, step: step, out)) {
      draw(
        label, "fill_normal", source, [.uint(step), .float(mean), .float(deviation)], into: out)
    }
  }

  /// Fills `out` with standard normals, new ones in each step. The current step is the second word
  /// of the counter.
  public func drawNormal(_ label: String, source: RandomSource, state: StepState, into out: Tensor)
  {
    record(label, .drawNormal(source, state, out)) {
      draw(label, "draw_normal", source, [.tensor(state.tensor)], into: out)
    }
  }

  /// Appends a kernel that draws numbers.
  ///
  /// NOTE: on a CPU a work-item computes many blocks, since POCL compiles a kernel again for a
  /// range of 65,536 work-items or more.
  private func draw(
    _ label: String, _ function: String, _ source: RandomSource, _ more: [KernelArgument],
    into out: Tensor
  ) {
    let blocks = context.device.kind == .cpu ? 128 : 1
    append(
      label, KernelVariant("random.cl", function, ["BLOCKS": blocks]),
      over: .items([ceilDivide(out.count, 16 * blocks)]),
      [.uint(UInt32(out.count)), .uint2(source.seed), .uint(source.stream)] + more
        + [.tensor(out)])
  }
}
