/// Sums of loss terms over an epoch, and the norms of gradients and parameters, kept on the device
/// (`kernels/common/meter.cl`).
public struct Meter {
  /// The names of its loss terms, in order.
  public let names: [String]
  /// The names of the parameter sets whose norms it watches, in order.
  private let watched: [String]
  /// The values that a step's kernels write: (terms, stride), one row per term. Loss terms come
  /// first, then two norms per set.
  package let terms: Tensor
  /// (terms, 4): the sum over the epoch, its compensation, the sum over the last batch, and the
  /// first step that failed.
  package let sums: Tensor

  /// Creates a meter for batches of at most `batchSize` rows. It also watches the norms of
  /// parameter sets, given with their numbers of parameters.
  public init(
    _ context: Context, names: [String], batchSize: Int,
    watching watched: [(name: String, parameters: Int)] = []
  ) {
    self.names = names
    self.watched = watched.map(\.name)
    let parts = watched.map { AdamRange($0.parameters, on: context.device).groups }
    // Each term begins at an offset that a sub-buffer may have.
    let alignment = context.device.bufferAlignment / 4
    let stride = ceilDivide(max(batchSize, parts.max() ?? 0), alignment) * alignment
    let count = names.count + 2 * watched.count
    // Zeros, since a norm's whole row is summed, even if its set has fewer parts than another.
    terms = Tensor(context, [count, stride], zeros: true, label: "loss terms")
    sums = Tensor(context, [count, 4], zeros: true, label: "loss meter")
  }

  /// Returns the place to which the kernels of a batch of `rows` write the term `index`: (rows).
  public func term(_ index: Int, rows: Int) -> Tensor {
    terms.view(at: index * terms.columns, [rows], label: names[index])
  }

  /// Returns the place of the terms `index` and `index + 1`: (2, stride).
  public func terms(from index: Int) -> Tensor {
    rows(from: index, label: names[index])
  }

  /// Returns the place of Adam's partial norms of the watched set `index`: (2, stride), for its
  /// gradients and its parameters.
  public func norms(of index: Int) -> Tensor {
    rows(from: names.count + 2 * index, label: "norms of \(watched[index])")
  }

  private func rows(from index: Int, label: String) -> Tensor {
    terms.view(at: index * terms.columns, [2, terms.columns], label: label)
  }

  /// Reads the sums as words, from which `restore` resumes the epoch.
  ///
  /// - Throws: `OpenCLError`.
  public func state() throws -> [UInt32] { try sums.words() }

  /// Restores the `state` of a meter with the same terms.
  ///
  /// - Throws: `OpenCLError`.
  public func restore(_ state: [UInt32]) throws { try sums.write(state) }

  /// The number of words in its state.
  public var stateCount: Int { sums.count }

  /// Starts to read the sums; `Reading` decodes them.
  ///
  /// - Throws: `OpenCLError`.
  public func startReading() throws -> Reading {
    Reading(pending: try sums.startReading(), names: names, watched: watched)
  }

  /// A read of the sums that is not complete yet.
  public struct Reading {
    fileprivate let pending: PendingRead
    fileprivate let names: [String]
    fileprivate let watched: [String]

    /// Waits for the sums and returns them.
    ///
    /// - Throws: `OpenCLError`.
    public func wait() throws -> Sums {
      let floats = try pending.wait()
      let rows = stride(from: 0, to: floats.count, by: 4).map { floats[$0..<$0 + 4] }
      let losses = rows.prefix(names.count)
      let labels = names + watched.flatMap { ["the gradient of \($0)", "the parameters of \($0)"] }
      let failures = zip(labels, rows).compactMap { label, row in
        let step = Int(row[row.startIndex + 3].bitPattern)
        return step == 0 ? nil : Sums.Failure(step: step, term: label)
      }
      return Sums(
        // NOTE: the compensation is the excess of the sum (Kahan).
        epoch: losses.map { Double($0[$0.startIndex]) - Double($0[$0.startIndex + 1]) },
        batch: losses.map { Double($0[$0.startIndex + 2]) },
        firstFailure: failures.min { $0.step < $1.step })
    }
  }

  /// The values of a meter.
  public struct Sums {
    /// Each loss term's sum over the epoch so far.
    public let epoch: [Double]
    /// Each loss term's sum over the last batch.
    public let batch: [Double]
    /// The first sum that was not finite; nil if all were.
    public let firstFailure: Failure?

    /// A sum that was NaN or infinite.
    public struct Failure: Equatable, Sendable {
      /// The step, from 1.
      public let step: Int
      /// The loss term or the norm.
      public let term: String

      /// Creates a failure of `term` in `step`.
      public init(step: Int, term: String) {
        self.step = step
        self.term = term
      }
    }
  }
}

extension CommandList {
  /// Adds the terms of a batch of `rows` to the epoch's sums. The first batch resets the sums.
  public func accumulate(_ label: String, _ meter: Meter, rows: Int, state: StepState) {
    let group = context.device.sharingGroup
    record(label, .accumulate(meter, rows: rows, state)) {
      append(
        label, KernelVariant("meter.cl", "accumulate", ["GROUP": group]),
        over: .items([meter.terms.rows * group], group: [group]),
        [
          .uint(UInt32(meter.names.count)), .uint(UInt32(rows)),
          .uint(UInt32(meter.terms.columns)), .tensor(state.tensor), .tensor(meter.terms),
          .tensor(meter.sums),
        ])
    }
  }
}
