import Datasets
import Foundation
import GPUTensor
import Reference

/// The test of one recorded operation, at a model's real shape.
struct SelfTestCase {
  /// The operation's label, as in a profile, with the list's name if another list has it too.
  let label: String
  /// The list of the launches.
  let list: CommandList
  let trials: [Trial]
  /// Whether another case tests the same operation more closely, at another shape.
  let isRepeat: Bool

  /// The result: the fields of `--json`, there in snake case.
  struct Result: Encodable {
    let label: String
    let kernels: [String]
    /// The number of outputs that were compared.
    let checked: Int
    /// The largest relative error of an output tensor, in the Euclidean norm; −1 if one is not
    /// finite.
    let error: Double
    let tolerance: Double
    let ms: Double
    let gflops: Double
    var passes: Bool { error >= 0 && error <= tolerance }
  }

  /// Runs each trial and compares; the full form also measures the time.
  ///
  /// - Throws: `OpenCLError`; `KernelBuildError`.
  func run(_ form: SelfTest.Form, seed: UInt64) throws -> Result {
    var (checked, error, tolerance) = (0, 0.0, 0.0)
    for trial in trials {
      try trial.prepare()
      try list.run()
      for output in trial.outputs {
        let places = places(in: output, form, seed: seed)
        let found = try relativeError(of: output, at: places)
        // NOTE: max() drops NaN.
        error = found.isFinite ? max(error, found) : .infinity
        checked += places.count
        tolerance = max(tolerance, self.tolerance(products: output.products))
      }
    }
    let seconds = form == .full ? try list.bestSeconds(of: isRepeat ? 1 : 2) : .infinity
    return Result(
      label: label, kernels: list.launches.map(\.variant.function), checked: checked,
      error: error.isFinite ? error : -1, tolerance: tolerance, ms: seconds * 1e3,
      gflops: Double(list.flops) / seconds * 1e-9)
  }

  private func relativeError(of output: Trial.Output, at places: [Int]) throws -> Double {
    let numbers = try output.read()
    let truths = places.map(output.truth)
    let error = Reference.relativeError(places.map { numbers[$0] }, truths)
    let share = Double(places.count) / Double(output.count)
    let (norm, typicalNorm) = (
      euclideanNorm(truths), output.typicalNorm * share.squareRoot()
    )
    return norm < typicalNorm ? error * norm / typicalNorm : error
  }

  /// Returns the tolerance for sums of a number of products, relative to their norm.
  ///
  /// Rounding errors of float32 sums add up like a random walk. The least tolerance, 1e-5, is for
  /// minimal filtering and sums of few products. If both factors of a product are rounded to a
  /// lower precision, its relative error is at most two roundoffs. Signs are random, so the sums of
  /// such products have no larger relative error in the norm.
  private func tolerance(products: Int) -> Double {
    let roundoff = list.launches.map(\.variant.precision.roundoff).max() ?? 0
    return max(1e-5, Double(products).squareRoot() * 0x1p-23, 2 * roundoff)
  }

  /// The number of outputs drawn.
  static let drawn = 4096
  /// The number if the operation is tested more closely at another shape.
  static let drawnOfRepeats = 512

  /// Chooses the places to compare: drawn ones and all borders, or everything if that is less.
  /// For repeats and in the short form, the number of border places is that of the drawn ones. In
  /// the short form the float64 reference takes about a hundred thousand products.
  private func places(in output: Trial.Output, _ form: SelfTest.Form, seed: UInt64) -> [Int] {
    let (drawn, hasAllBorders) =
      switch form {
      case .full where isRepeat: (Self.drawnOfRepeats, false)
      case .full: (Self.drawn, true)
      case .short: (min(64, max(4, 50_000 / output.products)), false)
      }
    guard output.count > drawn else { return Array(0..<output.count) }
    var random = SplitMix64(seed: seed)
    var places = Set((0..<drawn).map { _ in random.index(below: output.count) })
    let borders = Self.borders(of: output.shape, &random)
    places.formUnion(
      hasAllBorders
        ? borders : (0..<drawn).map { _ in borders[random.index(below: borders.count)] })
    return places.sorted()
  }

  /// The borders of a tensor (the axes before the last three count as one, the images):
  ///
  /// - of a line, its first and last 64 elements: where vectors and work-items end;
  /// - else, the places at which every index but one is the first or the last: of a matrix, its
  ///   first and last rows and columns;
  /// - of maps (images, height, width, channels), also every pixel at the edge, each in 4 drawn
  ///   images and channels.
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
