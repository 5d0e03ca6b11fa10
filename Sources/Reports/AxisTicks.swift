import Foundation

/// The range of an axis and its ticks. Ticks are 1, 2 or 5 times a power of ten apart or, on a
/// logarithmic axis, such numbers themselves.
package struct AxisTicks: Equatable {
  /// The lower end of the axis.
  package let low: Double
  /// The upper end, above the lower one.
  package let high: Double
  /// The ticks, ascending, all within the range.
  package let values: [Double]
  /// A label for each tick.
  package let labels: [String]
  /// Whether equal distances along the axis are equal ratios.
  private let isLogarithmic: Bool

  /// Makes ticks for values, which may be empty and must be drawable.
  ///
  /// - Parameters:
  ///   - rounded: Whether the range is extended to the next ticks.
  ///   - target: The approximate number of intervals.
  package init(covering data: [Double], rounded: Bool, target: Int) {
    var (low, high) = Self.range(of: data)
    let onlyWholeNumbers = !data.isEmpty && data.allSatisfy { $0 == $0.rounded() }
    var step = Self.step(span: high - low, target: target)
    // Epochs have no ticks at fractions.
    if onlyWholeNumbers && !rounded { step = max(step, 1) }
    if rounded {
      // The product may be slightly inside the data because of rounding.
      low = min(low, (low / step).rounded(.down) * step)
      high = max(high, (high / step).rounded(.up) * step)
    }
    // A small tolerance, so that rounding does not lose a tick at either end.
    let first = Int((low / step - 1e-6).rounded(.up))
    let last = Int((high / step + 1e-6).rounded(.down))
    let values = first <= last ? (first...last).map { Double($0) * step } : []
    self.low = low
    self.high = high
    self.values = values
    let largest = values.map(abs).max() ?? 0
    self.labels = values.map { Self.label($0, step: step, largest: largest) }
    isLogarithmic = false
  }

  /// Makes the ticks of a logarithmic axis for values, which may be empty and must be at least
  /// `leastLogarithmic`. The range is extended to the next of 1, 2, 5 × 10ⁿ. All of these are
  /// ticks, or, if that gives more than `target` intervals, only every nth power of ten.
  package init(logarithmicallyCovering data: [Double], target: Int) {
    let (least, greatest) = (data.min() ?? 1, data.max() ?? 10)
    let decades = (Self.exponent(least)...Self.exponent(greatest) + 1)
    let round = decades.flatMap { n in [1.0, 2, 5].map { $0 * pow(10, Double(n)) } }
    let slack = 1 + 1e-9
    let low = round.last { $0 <= least * slack } ?? least
    let high = round.first { $0 >= greatest / slack && $0 > low } ?? greatest
    var values = round.filter { $0 >= low && $0 <= high }
    if values.count > target + 1 {
      let powers = decades.filter { values.contains(pow(10, Double($0))) }
      let every = max(1, (powers.count - 1 + target - 1) / target)
      values = powers.filter { $0.isMultiple(of: every) }.map { pow(10, Double($0)) }
    }
    (self.low, self.high, self.values) = (low, high, values)
    labels = values.map { String(format: "%g", $0) }
    isLogarithmic = true
  }

  /// Returns the position of a value along the axis: 0 at its lower end, 1 at its upper end.
  package func part(_ value: Double) -> Double {
    isLogarithmic
      ? log(value / low) / log(high / low) : (value - low) / (high - low)
  }

  /// The least value on a logarithmic axis.
  package static let leastLogarithmic = 1e-100

  /// Returns whether a value is finite, and so small that no arithmetic on an axis overflows.
  package static func isDrawable(_ value: Double) -> Bool {
    abs(value) <= 1e100
  }

  /// Returns the minimum and the maximum, moved apart if they (nearly) coincide.
  private static func range(of data: [Double]) -> (Double, Double) {
    guard let least = data.min(), let greatest = data.max() else { return (0, 1) }
    let magnitude = max(abs(least), abs(greatest))
    if magnitude < 1e-100 { return (-1, 1) }
    if greatest - least > 1e-6 * magnitude { return (least, greatest) }
    return (least - 0.1 * magnitude, greatest + 0.1 * magnitude)
  }

  /// Returns the least of 1, 2, 5 × 10ⁿ that divides the span into at most `target` intervals.
  private static func step(span: Double, target: Int) -> Double {
    let rough = span / Double(target)
    let exponent = floor(log10(rough))
    let power = pow(10, exponent)
    let factor = [1, 2, 5].first { $0 * power >= rough * (1 - 1e-9) } ?? 10
    // Dividing by a power of ten is exact; multiplying by 0.001 is not.
    return exponent < 0 ? factor / pow(10, -exponent) : factor * power
  }

  /// Returns the power of ten of a number's first digit.
  private static func exponent(_ value: Double) -> Int {
    Int(floor(log10(value) + 1e-9))
  }

  private static func label(_ value: Double, step: Double, largest: Double) -> String {
    if value == 0 { return "0" }
    if largest >= 1e6 || step < 1e-4 {
      let digits = max(0, exponent(largest) - exponent(step))
      return String(format: "%.\(digits)e", value)
    }
    let decimals = max(0, Int((-log10(step) - 1e-9).rounded(.up)))
    return String(format: "%.\(decimals)f", value)
  }
}
