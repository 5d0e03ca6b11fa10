import GPUTensor

/// Runs a network forward on examples that come from the host, in chunks.
///
/// Dropout is off and every activation on. NOTE: convolutions are direct and all is float32, whatever training does,
/// since minimal filtering costs a digit and tensor cores cost four. The same bits whatever the number of examples.
public final class Inference {
  private let pass: NetworkPass
  private let input: Tensor
  /// What it runs, to be compiled with other lists.
  package let list: CommandList

  /// An inference on `network` with the parameters of `set`, `chunk` examples at a time.
  ///
  /// - Throws: `ShapeError` where a layer does not fit.
  public init(
    _ network: Network, _ set: ParameterSet, chunk: Int = 25, on context: Context
  ) throws {
    pass = NetworkPass(network, set, batchSize: chunk, trains: false, on: context)
    input = Tensor(context, [chunk] + network.input, label: "examples")
    list = CommandList(context, convolution: .direct, precision: .float32)
    try pass.forward(input, on: list)
  }

  /// The network's outputs for `examples`, which are packed one after the other.
  ///
  /// - Returns: The outputs, packed likewise.
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
  /// Writes examples, and zeros where they end before the tensor does.
  ///
  /// - Throws: `OpenCLError`.
  package func write(fillingUp examples: ArraySlice<Float>) throws {
    try write(examples + [Float](repeating: 0, count: count - examples.count))
  }
}

/// Latents from the standard normal, as sample grids have them.
public struct Latents {
  private let z: Tensor
  /// What draws them, to be compiled with other lists.
  package let list: CommandList

  /// `count` latents of `width` under `seed`: always the same ones, on any device to a few units in the last
  /// place.
  public init(count: Int, width: Int, seed: UInt64, on context: Context) {
    z = Tensor(context, [count, width], label: "latents")
    list = CommandList(context)
    list.fillNormal(
      "latents", source: RandomStream.samples.source(seed: seed), step: 0, into: z)
  }

  /// The latents, packed.
  ///
  /// - Throws: `OpenCLError`.
  public func draw() throws -> [Float] {
    try list.run()
    return try z.floats()
  }
}
