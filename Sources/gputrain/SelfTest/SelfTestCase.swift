import Datasets
import Foundation
import GPUTensor
import Reference

/// An operation at a model's real shape: what the device makes of it, and what it ought to make.
struct SelfTestCase {
  /// What it is, as in a profile.
  let label: String
  /// The launches.
  let list: CommandList
  let outputs: [Output]

  /// A tensor that the operation makes.
  struct Output {
    let tensor: Tensor
    /// How many products each of its elements is a sum of.
    let products: Int
    /// An element in float64.
    let truth: (Int) -> Double
  }

  /// What was found: the fields of `--json`, there in snake case.
  struct Result: Encodable {
    let label: String
    let kernels: [String]
    /// The outputs that were compared.
    let checked: Int
    /// The largest relative error of an output tensor, in the Euclidean norm; −1 where something is not finite.
    let error: Double
    let tolerance: Double
    let ms: Double
    let gflops: Double
    var passes: Bool { error >= 0 && error <= tolerance }
  }

  /// Runs it once and compares; the full form, twice more for the time.
  ///
  /// - Throws: `OpenCLError`; `KernelBuildError`.
  func run(_ form: SelfTest.Form, seed: UInt64) throws -> Result {
    try list.run()
    let places = outputs.map { Self.places(in: $0, form, seed: seed) }
    let error = try zip(outputs, places).map(relativeError).max() ?? 0
    let precisions = list.launches.map(\.variant.precision)
    let tolerance =
      outputs.map { output in
        precisions.map { Self.tolerance(products: output.products, in: $0) }.max() ?? 0
      }.max() ?? 0
    let seconds = form == .full ? try list.bestSeconds(of: 2) : .infinity
    return Result(
      label: label, kernels: list.launches.map(\.variant.function),
      checked: places.reduce(0) { $0 + $1.count },
      error: error.isFinite ? error : -1, tolerance: tolerance, ms: seconds * 1e3,
      gflops: Double(list.flops) / seconds * 1e-9)
  }

  private func relativeError(of output: Output, at places: [Int]) throws -> Double {
    let numbers = try output.tensor.floats()
    return Reference.relativeError(places.map { numbers[$0] }, places.map(output.truth))
  }

  /// Float32 sums of so many products against float64: rounding errors add up like a random walk. Minimal filtering
  /// and few products have 1e-5. A product of two rounded numbers is off by two roundoffs at most; signs are random,
  /// so that errors add up as the products themselves do, and the norm is off by no larger part.
  private static func tolerance(products: Int, in precision: Precision) -> Double {
    max(1e-5, Double(products).squareRoot() * 0x1p-23, 2 * precision.roundoff)
  }

  /// How many outputs are drawn.
  static let drawn = 4096

  /// The places that are compared: some that the seed draws, all edges of the shape, or everything where that is less.
  /// In the short form, about so many that the truth takes a hundred thousand products, half of them at edges.
  private static func places(in output: Output, _ form: SelfTest.Form, seed: UInt64) -> [Int] {
    let count = output.tensor.count
    let drawn = form == .full ? drawn : min(64, max(4, 50_000 / output.products))
    guard count > drawn else { return Array(0..<count) }
    var random = SplitMix64(seed: seed)
    var places = Set((0..<drawn).map { _ in Int(random.next() % UInt64(count)) })
    let edges = edges(of: output.tensor.shape)
    switch form {
    case .full: places.formUnion(edges)
    case .short where edges.isEmpty: break
    case .short:
      for _ in 0..<drawn { places.insert(edges[Int(random.next() % UInt64(edges.count))]) }
    }
    return places.sorted()
  }

  /// The places where every index but one is the first or the last. A line is not its own edge.
  private static func edges(of shape: [Int]) -> [Int] {
    let isLine = shape.count { $0 > 1 } == 1
    return shape.indices.filter { !isLine || shape[$0] == 1 }.flatMap { axis in
      var corners = [0]
      for (other, length) in shape.enumerated() {
        let ends = other == axis ? Array(0..<length) : length > 1 ? [0, length - 1] : [0]
        corners = corners.flatMap { corner in ends.map { corner * length + $0 } }
      }
      return corners
    }
  }
}

/// Where a self-test's numbers come from: uniform ones, the same on every machine.
struct SelfTestNumbers {
  private var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  /// So many, between −1 and 1, each through a function of its place.
  mutating func callAsFunction(
    _ count: Int, through function: (Int, Float) -> Float = { $1 }
  ) -> [Float] {
    let numbers = (0..<min(count, Self.period)).map { function($0, random.uniform(-1, 1)) }
    return Self.repeated(numbers, to: count)
  }

  /// How many are drawn before they repeat, which saves seconds: a prime, so that no rows of a tensor are alike.
  static let period = 65_537

  /// The elements again and again, `count` in all.
  static func repeated<Element>(_ elements: [Element], to count: Int) -> [Element] {
    var repeated: [Element] = []
    repeated.reserveCapacity(count)
    while repeated.count < count { repeated += elements.prefix(count - repeated.count) }
    return repeated
  }
}

extension Tensor {
  /// A tensor with these elements.
  init(_ context: Context, _ shape: [Int], holding elements: [Float], label: String) throws {
    self.init(context, shape, label: label)
    try write(elements)
  }
}
