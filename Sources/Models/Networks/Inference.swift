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
    list = CommandList(context, convolution: .direct, precision: .float32)
    try pass.forward(input, on: list)
  }

  /// Runs the network on `examples`, (n, input), packed.
  ///
  /// - Returns: The outputs, (n, output), packed.
  /// - Throws: `OpenCLError`.
  public func run(_ examples: [Float]) throws -> [Float] {
    var outputs: [Float] = []
    for start in stride(from: 0, to: examples.count, by: input.count) {
      let part = examples[start..<min(start + input.count, examples.count)]
      try input.write(fillingUp: part)
      try list.run()
      let rows = part.count / input.columns
      outputs += try pass.output(rows: rows).floats()
    }
    return outputs
  }
}

extension Tensor {
  /// Writes examples, then zeros to the end of the tensor.
  ///
  /// - Throws: `OpenCLError`.
  package func write(fillingUp examples: ArraySlice<Float>) throws {
    try write(examples + [Float](repeating: 0, count: count - examples.count))
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
