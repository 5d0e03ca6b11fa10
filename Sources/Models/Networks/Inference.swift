import GPUTensor

/// Runs a network forward, without dropout, on examples in the host's memory.
///
/// The results of an example do not depend on the number of examples, to the bit.
///
/// NOTE: it always uses direct sums and float32, also if training does not: minimal filtering loses
/// one digit, and tensor cores lose four.
public final class Inference {
  private let pass: NetworkPass
  private let input: Tensor
  /// The labels of the examples, bytes; nil for a network without labels.
  private let labels: Tensor?
  /// Its launches, to compile with other lists.
  package let list: CommandList

  /// Creates an inference on `network` with the parameters of `set`, in batches of `chunk`
  /// examples. Each run uses the parameters as they are then.
  ///
  /// - Throws: `ShapeError` if a layer does not fit.
  public init(
    _ network: Network, _ set: ParameterSet, chunk: Int = 25, on context: Context
  ) throws {
    pass = NetworkPass(network, set, batchSize: chunk, trains: false, on: context)
    input = Tensor(context, [chunk] + network.input, label: "examples")
    labels =
      network.labels == 0 ? nil : Tensor(context, [chunk], .uint8, label: "labels of examples")
    list = CommandList(context, convolution: .direct, precision: .float32)
    try pass.forward(input, labels: labels, on: list)
  }

  /// Runs the network on `examples`, (n, input), packed.
  ///
  /// - Parameters:
  ///   - examples: The examples.
  ///   - shown: The label of each, (n), which a network with labels needs.
  /// - Returns: The outputs, (n, output), packed.
  /// - Throws: `OpenCLError`; `ShapeError` if a label is missing or too large.
  public func run(_ examples: [Float], labels shown: [UInt8]? = nil) throws -> [Float] {
    try check(shown, of: examples.count / input.columns)
    var outputs: [Float] = []
    for start in stride(from: 0, to: examples.count, by: input.count) {
      let part = examples[start..<min(start + input.count, examples.count)]
      let (first, rows) = (start / input.columns, part.count / input.columns)
      try input.write(fillingUp: part)
      if let shown { try labels?.write(fillingUp: shown[first..<first + rows]) }
      try list.run()
      outputs += try pass.output(rows: rows).floats()
    }
    return outputs
  }

  /// Checks that `count` examples have labels if the network takes any.
  private func check(_ shown: [UInt8]?, of count: Int) throws {
    let classes = pass.network.labels
    guard classes > 0 else { return }
    guard let shown, shown.count == count else {
      throw ShapeError(
        description: "\(count) examples have \(shown?.count ?? 0) labels; each needs one")
    }
    if let label = shown.first(where: { $0 >= classes }) {
      throw ShapeError(description: "label \(label) is not below \(classes), the classes")
    }
  }
}

extension Tensor {
  /// Writes examples, then zeros to the end of the tensor.
  ///
  /// - Throws: `OpenCLError`.
  package func write(
    fillingUp examples: ArraySlice<some BitwiseCopyable & ExpressibleByIntegerLiteral>
  ) throws {
    try write(Array(examples) + Array(repeating: 0, count: count - examples.count))
  }
}

/// Draws latents from the standard normal distribution.
public struct Latents {
  private let z: Tensor
  /// Its launches, to compile with other lists.
  package let list: CommandList

  /// Prepares to draw `count` latents of `width` elements. A seed always gives the same latents;
  /// they differ between devices by a few units in the last place.
  public init(count: Int, width: Int, seed: UInt64, on context: Context) {
    z = Tensor(context, [count, width], label: "latents")
    list = CommandList(context)
    list.fillNormal(
      "latents", source: RandomStream.samples.source(seed: seed), step: 0, into: z)
  }

  /// Draws the latents, (count, width), packed.
  ///
  /// - Throws: `OpenCLError`.
  public func draw() throws -> [Float] {
    try list.run()
    return try z.floats()
  }
}
