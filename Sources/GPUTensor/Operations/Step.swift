/// The training state on the device: step, epoch, batch, and Adam's bias corrections
/// (`kernels/common/step_state.cl`).
public struct StepState {
  /// Its memory: step, epoch, batch and next batch as words, then Adam's two bias corrections as
  /// floats.
  package let tensor: Tensor

  /// Creates the state before the first step: all zero.
  public init(_ context: Context) {
    tensor = Tensor(context, [6], .word, zeros: true, label: "step state")
  }

  init(tensor: Tensor) { self.tensor = tensor }

  /// Sets the state so that `step` steps are done, and the next one is batch `batch` of epoch
  /// `epoch`. If `batch` is the number of batches, the next step is the first of the next epoch.
  ///
  /// - Throws: `OpenCLError`.
  public func set(step: Int, epoch: Int, batch: Int) throws {
    let corrections = [UInt32](repeating: 0, count: 2)
    let next = UInt32(batch)
    try tensor.write([UInt32(step), UInt32(epoch), next, next] + corrections)
  }

  /// Reads the epoch of the next step, and waits for it; an epoch has `batches` steps.
  ///
  /// - Throws: `OpenCLError`.
  package func nextEpoch(batches: Int) throws -> Int {
    let words = try tensor.words()
    return Int(words[1]) + (Int(words[3]) == batches ? 1 : 0)
  }

  /// Reads the state, and waits for it: the number of steps done, and the epoch and batch of the
  /// last one.
  ///
  /// - Throws: `OpenCLError`.
  public func read() throws -> (step: Int, epoch: Int, batch: Int) {
    let words = try tensor.words()
    return (Int(words[0]), Int(words[1]), Int(words[2]))
  }
}

extension CommandList {
  /// Advances `state` to the next step; an epoch has `batches` steps.
  public func advance(_ label: String, _ state: StepState, batches: Int, adam: AdamSettings) {
    record(label, .advance(state, batches: batches, adam)) {
      append(
        label, KernelVariant("step.cl", "advance_step", [:]), over: .items([1], group: [1]),
        [
          .uint(UInt32(batches)), .float(adam.logBeta1), .float(adam.logBeta2),
          .tensor(state.tensor),
        ])
    }
  }
}
