import GPUTensor
import Reference
import TestSupport
import Testing

/// Layers without parameters, against float64.
@Suite struct UnweightedLayerTests {
  /// Maps that are not square; vectors of 1, 2, 4 and 16.
  @Test(arguments: [
    ([2, 3, 5, 3], 2), ([3, 1, 4, 6], 3), ([1, 2, 2, 4], 8), ([5, 7, 7, 32], 2),
  ])
  func upsampling(shape: [Int], factor: Int) throws {
    let context = try testContext()
    let maps = ReferenceMaps(
      batch: shape[0], height: shape[1], width: shape[2], channels: shape[3])
    let large = [shape[0], factor * shape[1], factor * shape[2], shape[3]]
    let (x, dy) = (normals(maps.count, seed: 1), normals(maps.count * factor * factor, seed: 2))
    let input = try Tensor(context, shape, x)
    let (y, dx) = (Tensor(context, large, label: "y"), Tensor(context, shape, label: "dx"))
    let list = CommandList(context)
    list.upsample("forward", input, by: factor, into: y)
    // As if a rectifier had made x.
    list.upsampleBackward(
      "backward", dy: try Tensor(context, large, dy), by: factor,
      epilogue: .gradient(.relu, dropped: nil, of: input), into: dx)
    try list.run()
    #expect(
      try y.floats()
        == dy.indices.map { x[ReferenceUpsample.source(of: $0, maps, factor: factor)] })
    let gradients = x.indices.map {
      x[$0] > 0 ? ReferenceUpsample.backward(at: $0, dy, maps, factor: factor) : 0
    }
    #expect(relativeError(try dx.floats(), gradients) < 1e-6)
  }

  /// Features and maps; as many labels as examples, and fewer.
  @Test(arguments: [
    ([6, 5], 6, 3), ([6, 784], 3, 10), ([4, 3, 5, 1], 2, 10), ([2, 4, 3, 7], 1, 256),
  ])
  func labels(shape: [Int], count: Int, classes: Int) throws {
    let context = try testContext()
    let (channels, rows) = (shape[shape.count - 1], shape[0])
    let positions = shape[1...].reduce(1, *) / channels
    let large = shape.dropLast() + [channels + classes]
    let shown = (0..<count).map { UInt8(($0 * 7 + 2) % classes) }
    let (x, dy) = (
      normals(shape.reduce(1, *), seed: 1), normals(large.reduce(1, *), seed: 2)
    )
    let input = try Tensor(context, shape, x)
    let labels = Tensor(context, [count], .uint8, label: "labels")
    try labels.write(shown)
    let y = Tensor(context, Array(large), label: "y")
    let dx = Tensor(context, shape, label: "dx")
    let list = CommandList(context)
    list.joinLabels("forward", input, labels, into: y)
    // As if a rectifier had made x.
    list.joinLabelsBackward(
      "backward", dy: try Tensor(context, Array(large), dy),
      epilogue: .gradient(.relu, dropped: nil, of: input), into: dx)
    try list.run()
    let truth = dy.indices.map {
      ReferenceLabels.joined(
        at: $0, x, shown, positions: positions, channels: channels, classes: classes)
    }
    #expect(try y.floats() == truth)
    #expect(truth.reduce(0, +) - x.reduce(0, +) - Float(rows * positions) < 1e-2)
    #expect(
      try dx.floats()
        == x.indices.map {
          x[$0] > 0
            ? dy[ReferenceLabels.place(of: $0, channels: channels, classes: classes)] : 0
        })
  }

  /// Features and maps, without and with dropout.
  @Test(arguments: [([5, 3], nil), ([3, 4, 5, 6], 0.4), ([40, 7, 7, 16], nil), ([9, 20], 0.25)])
  func silu(shape: [Int], probability: Double?) throws {
    let context = try testContext()
    let count = shape.reduce(1, *)
    let (x, dy) = (normals(count, seed: 1), normals(count, seed: 2))
    let source = RandomSource(seed: 3, stream: 4)
    let state = StepState(context)
    let input = try Tensor(context, shape, x)
    let (y, dx) = (Tensor(context, shape, label: "y"), Tensor(context, shape, label: "dx"))
    let list = CommandList(context)
    list.advance("step", state, batches: 10, adam: AdamSettings(learningRate: 1))
    list.silu(
      "forward", input,
      dropout: probability.map { DropoutMask(probability: $0, source: source, state: state) },
      into: y)
    list.siluBackward(
      "backward", dy: try Tensor(context, shape, dy),
      epilogue: .gradient(.identity, dropped: nil, of: input), into: dx)
    try list.run()
    let mask = ReferenceDropout.channelMask(
      of: ReferenceMaps(
        batch: shape[0], height: 1, width: count / shape[0] / shape[shape.count - 1],
        channels: shape[shape.count - 1]),
      p: probability ?? 0, seed: source.seed, stream: source.stream, step: 1)
    let outputs = x.indices.map { ReferenceSiLU.value(Double(x[$0])) * mask[$0] }
    #expect(relativeError(try y.floats(), outputs) < 1e-6)
    let gradients = x.indices.map { Double(dy[$0]) * ReferenceSiLU.derivative(Double(x[$0])) }
    #expect(relativeError(try dx.floats(), gradients) < 1e-6)
  }
}
