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
  /// Whether another case tests the same operation more closely, at another shape.
  var isRepeat = false

  /// A tensor that the operation makes.
  struct Output {
    let tensor: Tensor
    /// How many products each of its elements is a sum of.
    let products: Int
    /// What its Euclidean norm is about, where its elements are sums of numbers of either sign: one that comes out near
    /// zero by chance has the rounding errors of the others.
    var usualNorm = 0.0
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
    let places = outputs.map { self.places(in: $0, form, seed: seed) }
    let error = try zip(outputs, places).map(relativeError).max() ?? 0
    let precisions = list.launches.map(\.variant.precision)
    let tolerance =
      outputs.map { output in
        precisions.map { Self.tolerance(products: output.products, in: $0) }.max() ?? 0
      }.max() ?? 0
    let seconds = form == .full ? try list.bestSeconds(of: isRepeat ? 1 : 2) : .infinity
    return Result(
      label: label, kernels: list.launches.map(\.variant.function),
      checked: places.reduce(0) { $0 + $1.count },
      error: error.isFinite ? error : -1, tolerance: tolerance, ms: seconds * 1e3,
      gflops: Double(list.flops) / seconds * 1e-9)
  }

  private func relativeError(of output: Output, at places: [Int]) throws -> Double {
    let numbers = try output.tensor.floats()
    let truths = places.map(output.truth)
    let error = Reference.relativeError(places.map { numbers[$0] }, truths)
    let share = Double(places.count) / Double(output.tensor.count)
    let (norm, usualNorm) = (euclideanNorm(truths), output.usualNorm * share.squareRoot())
    return norm < usualNorm ? error * norm / usualNorm : error
  }

  /// Float32 sums of so many products against float64: rounding errors add up like a random walk. Minimal filtering
  /// and few products have 1e-5. A product of two rounded numbers is off by two roundoffs at most; signs are random,
  /// so that errors add up as the products themselves do, and the norm is off by no larger part.
  private static func tolerance(products: Int, in precision: Precision) -> Double {
    max(1e-5, Double(products).squareRoot() * 0x1p-23, 2 * precision.roundoff)
  }

  /// How many outputs are drawn.
  static let drawn = 4096
  /// How many are where the operation is tested more closely at another shape.
  static let drawnOfRepeats = 512

  /// The places that are compared: some that the seed draws, and all borders; of repeats and in the short form as many
  /// of the borders as are drawn elsewhere. Everything where that is less. In the short form the truth takes about a
  /// hundred thousand products.
  private func places(in output: Output, _ form: SelfTest.Form, seed: UInt64) -> [Int] {
    let (drawn, hasAllBorders) =
      switch form {
      case .full where isRepeat: (Self.drawnOfRepeats, false)
      case .full: (Self.drawn, true)
      case .short: (min(64, max(4, 50_000 / output.products)), false)
      }
    let count = output.tensor.count
    guard count > drawn else { return Array(0..<count) }
    var random = SplitMix64(seed: seed)
    var places = Set((0..<drawn).map { _ in random.index(below: count) })
    let borders = Self.borders(of: output.tensor.shape, &random)
    places.formUnion(
      hasAllBorders
        ? borders : (0..<drawn).map { _ in borders[random.index(below: borders.count)] })
    return places.sorted()
  }

  /// The borders of a tensor (the axes before the last three count as one, the images):
  ///
  /// - of a line, its first and last 64 elements: where vectors and work-items end;
  /// - else, the places where every index but one is the first or the last: of a matrix, all of its first and last rows
  ///   and
  ///   columns;
  /// - of maps (images, height, width, channels), also every pixel at the rim, each in 4 images and channels that are
  ///   drawn.
  static func borders(of shape: [Int], _ random: inout SplitMix64) -> [Int] {
    let count = shape.reduce(1, *)
    guard shape.count(where: { $0 > 1 }) > 1 else {
      return Array(Set(0..<min(64, count)).union(max(0, count - 64)..<count)).sorted()
    }
    let lines = shape.indices.flatMap { axis in
      shape.enumerated().reduce([0]) { places, entry in
        let (other, length) = entry
        let indices = other == axis ? Array(0..<length) : length > 1 ? [0, length - 1] : [0]
        return places.flatMap { place in indices.map { place * length + $0 } }
      }
    }
    guard shape.count > 2 else { return lines }
    let (height, width, channels) = (
      shape[shape.count - 3], shape[shape.count - 2], shape[shape.count - 1]
    )
    let images = count / (height * width * channels)
    let pixels = (0..<height * width).filter {
      let (y, x) = $0.quotientAndRemainder(dividingBy: width)
      return y == 0 || y == height - 1 || x == 0 || x == width - 1
    }
    return lines
      + pixels.flatMap { pixel in
        (0..<4).map { _ in
          (random.index(below: images) * height * width + pixel) * channels
            + random.index(below: channels)
        }
      }
  }
}

/// The square root of the sum of squares.
func euclideanNorm<Number: BinaryFloatingPoint>(_ numbers: [Number]) -> Double {
  numbers.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
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
