import GPUTensor
import Reference
import TestSupport
import Testing

/// Batch normalization against float64.
@Suite struct BatchNormTests {
  /// A batch: its rows, the pixels of a map, channels and groups.
  struct Batch: CustomTestStringConvertible {
    let rows, pixels, channels, groups: Int
    /// Added to the numbers of the first channel.
    var offset: Float = 0
    var testDescription: String { "\(rows) × \(pixels) × \(channels), \(groups) groups" }

    var shape: [Int] { pixels == 1 ? [rows, channels] : [rows, pixels, 1, channels] }
    var reference: ReferenceBatchNorm {
      ReferenceBatchNorm(rows: rows * pixels, channels: channels, groups: groups)
    }
    var x: [Float] {
      normals(rows * pixels * channels, seed: 1).enumerated().map {
        $0.offset % channels == 0 ? $0.element + offset : $0.element
      }
    }
  }

  /// Vectors of 1, 2, 4, 8 and 16; a single row; several parts, the last one short; a mean that is
  /// large beside the deviation.
  static let batches = [
    Batch(rows: 7, pixels: 1, channels: 3, groups: 1),
    Batch(rows: 6, pixels: 5, channels: 6, groups: 2),
    Batch(rows: 2, pixels: 1, channels: 20, groups: 2),
    Batch(rows: 14, pixels: 49, channels: 8, groups: 2),
    Batch(rows: 100, pixels: 196, channels: 32, groups: 1),
    Batch(rows: 9, pixels: 30, channels: 4, groups: 1, offset: 1000),
  ]

  @Test(arguments: batches)
  func statistics(batch: Batch) throws {
    let context = try testContext()
    let statistics = BatchStatistics(
      groups: batch.groups, channels: batch.channels, label: "norm", on: context)
    let running = try Self.running(batch.channels, on: context)
    let list = CommandList(context)
    list.batchStatistics(
      "statistics", of: try Tensor(context, batch.shape, batch.x), into: statistics,
      running: running)
    try list.run()
    let truth = batch.reference.statistics(batch.x.doubles)
    #expect(relativeError(try statistics.means.floats(), truth.means) < 1e-6)
    #expect(relativeError(try statistics.variances.floats(), truth.variances) < 2e-6)
    let channels = batch.channels
    let after = batch.reference.running(
      means: Self.numbers(channels), variances: Self.numbers(channels), momentum: 0.1, truth)
    #expect(relativeError(try running.mean.floats(), after.means) < 1e-6)
    #expect(relativeError(try running.variance.floats(), after.variances) < 1e-6)
    #expect(try running.batches.words() == [UInt32(batch.groups)])
  }

  private static let activations: [Activation] = [
    .identity, .leakyReLU, .tanh, .relu, .sigmoid, .identity,
  ]

  @Test(arguments: zip(batches, activations))
  func forwardAndBackward(batch: Batch, activation: Activation) throws {
    let (context, reference) = (try testContext(), batch.reference)
    let channels = batch.channels
    let (x, dy) = (batch.x, normals(batch.x.count, seed: 2))
    let (weight, bias) = (normals(channels, seed: 3), normals(channels, seed: 4))
    let statistics = BatchStatistics(
      groups: batch.groups, channels: channels, label: "norm", on: context)
    let input = try Tensor(context, batch.shape, x)
    let gradient = try Tensor(context, batch.shape, dy)
    let weights = try Tensor(context, [channels], weight)
    func tensor(_ shape: [Int]) -> Tensor { Tensor(context, shape, label: "result") }
    let (y, dx) = (tensor(batch.shape), tensor(batch.shape))
    let (dweight, dbias) = (tensor([channels]), tensor([channels]))
    let list = CommandList(context)
    list.batchStatistics(
      "statistics", of: input, into: statistics, running: try Self.running(channels, on: context))
    list.normalize(
      "forward", input, by: statistics, weight: weights,
      epilogue: .output(bias: try Tensor(context, [channels], bias), activation, nil), into: y)
    list.normalizeGradients(
      "weight", input, dy: gradient, by: statistics, weight: dweight, bias: dbias)
    // As if a rectifier had made x.
    list.normalizeBackward(
      "input", dy: gradient, by: statistics, weight: weights,
      epilogue: .gradient(.relu, dropped: nil, of: input), into: dx)
    try list.run()

    let truth = reference.statistics(x.doubles)
    let normal = x.indices.map { reference.normal(at: $0, Double(x[$0]), truth) }
    let outputs = normal.indices.map {
      activation.reference.value(
        normal[$0] * Double(weight[$0 % channels]) + Double(bias[$0 % channels]))
    }
    // A mean of 1000 leaves four digits of the deviations.
    let tolerance = batch.offset == 0 ? 3e-6 : 1e-3
    #expect(relativeError(try y.floats(), outputs) < tolerance)
    let (sums, products) = reference.gradientSums(x.doubles, dy: dy.doubles, truth)
    func total(_ sums: [Double]) -> [Double] {
      (0..<channels).map { channel in
        (0..<batch.groups).reduce(0) { $0 + sums[$1 * channels + channel] }
      }
    }
    #expect(relativeError(try dweight.floats(), total(products)) < tolerance)
    #expect(relativeError(try dbias.floats(), total(sums)) < tolerance)
    let means = (0..<batch.groups).flatMap { group in
      [sums, products].flatMap { all in
        all[group * channels..<(group + 1) * channels].map { $0 / Double(reference.count) }
      }
    }
    let gradients = x.indices.map {
      x[$0] > 0
        ? Double(weight[$0 % channels])
          * reference.backward(
            at: $0, x: Double(x[$0]), dy: Double(dy[$0]), truth, means: means) : 0
    }
    // In a group of one row everything is its own mean, and no gradient is left.
    if reference.count > 1 {
      #expect(relativeError(try dx.floats(), gradients) < tolerance)
    } else {
      #expect(try dx.floats().allSatisfy { $0 == 0 })
    }
  }

  @Test func runningStatisticsAreOfOneGroup() throws {
    let context = try testContext()
    let (x, ones) = (normals(5 * 6, seed: 1), [Float](repeating: 1, count: 6))
    let y = Tensor(context, [5, 6], label: "y")
    let list = CommandList(context)
    list.normalize(
      "forward", try Tensor(context, [5, 6], x),
      by: BatchStatistics(try Self.running(6, on: context)),
      weight: try Tensor(context, [6], ones),
      epilogue: .output(bias: try Tensor(context, [6], ones), .identity, nil), into: y)
    try list.run()
    let numbers = Self.numbers(6)
    let expected = x.indices.map {
      (Double(x[$0]) - numbers[$0 % 6]) / (numbers[$0 % 6] + 1e-5).squareRoot() + 1
    }
    #expect(relativeError(try y.floats(), expected) < 1e-6)
  }

  /// Running means, which are the running variances too.
  private static func numbers(_ channels: Int) -> [Double] {
    (0..<channels).map { 0.5 + Double($0) }
  }

  private static func running(_ channels: Int, on context: Context) throws -> RunningStatistics {
    let numbers = numbers(channels).map(Float.init)
    let batches = Tensor(context, [1], .word, zeros: true, label: "batches")
    return RunningStatistics(
      mean: try Tensor(context, [channels], numbers),
      variance: try Tensor(context, [channels], numbers), batches: batches)
  }
}
