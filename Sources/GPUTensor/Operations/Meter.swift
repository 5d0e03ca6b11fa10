/// Sums of loss terms over an epoch, kept on the device (`kernels/meter.cl`).
public struct Meter {
  /// The names of its terms, in order.
  public let names: [String]
  /// What a batch's kernels write: (terms, batch size), one row a term.
  let terms: Tensor
  /// (terms, 3): sum of the epoch, its compensation, sum of the last batch.
  private let sums: Tensor

  /// A meter for batches of at most `batchSize` rows.
  ///
  /// - Throws: `OpenCLError`.
  public init(_ context: Context, names: [String], batchSize: Int) throws {
    self.names = names
    // Each term begins where a sub-buffer may.
    let stride =
      ceilDivide(batchSize * 4, context.device.bufferAlignment) * context.device.bufferAlignment / 4
    terms = try Tensor(context, [names.count, stride], label: "loss terms")
    sums = try Tensor(context, [names.count, 3], label: "loss meter")
    try sums.fillZero()
  }

  /// Where the kernels of a batch of `rows` write the term `index`: (rows).
  ///
  /// - Throws: `OpenCLError`.
  public func term(_ index: Int, rows: Int) throws -> Tensor {
    try terms.view(at: index * terms.columns, [rows], label: names[index])
  }

  /// Where two neighbouring terms are written, from `index` on: (2, stride).
  ///
  /// - Throws: `OpenCLError`.
  public func terms(from index: Int) throws -> Tensor {
    try terms.view(at: index * terms.columns, [2, terms.columns], label: names[index])
  }

  /// Begins to read the sums; `Reading` makes sense of what arrives.
  ///
  /// - Throws: `OpenCLError`.
  public func startReading() throws -> Reading { Reading(pending: try sums.startReading()) }

  /// The sums on their way to the host.
  public struct Reading {
    fileprivate let pending: PendingRead

    /// Waits for the sums: each term's over the epoch so far, and over the last batch.
    ///
    /// - Throws: `OpenCLError`.
    public func wait() throws -> (epoch: [Double], batch: [Double]) {
      let floats = try pending.wait()
      let starts = stride(from: 0, to: floats.count, by: 3)
      // NOTE: what the compensation holds was added too much (Kahan).
      return (
        starts.map { Double(floats[$0]) - Double(floats[$0 + 1]) },
        starts.map { Double(floats[$0 + 2]) }
      )
    }
  }

  fileprivate var storage: Tensor { sums }
}

extension CommandList {
  /// Adds the terms of a batch of `rows` to the epoch's sums, which begin anew with its first batch.
  public func accumulate(_ label: String, _ meter: Meter, rows: Int, state: StepState) {
    append(
      label, KernelVariant("meter.cl", "accumulate", [:]), global: [meter.names.count],
      .uint(UInt32(rows)), .uint(UInt32(meter.terms.columns)), .tensor(state.tensor),
      .tensor(meter.terms), .tensor(meter.storage))
  }
}
