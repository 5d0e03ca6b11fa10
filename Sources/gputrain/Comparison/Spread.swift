import Foundation

/// The mean of values, and how far they are from it.
struct Spread: Encodable, Equatable {
  let mean: Double
  /// The standard deviation, with a division by n − 1; nil for a single value.
  let deviation: Double?
  /// The number of values.
  let count: Int

  /// Computes them for the finite values; nil if there are none.
  init?(_ values: [Double?]) {
    let values = values.compactMap(\.self).filter(\.isFinite)
    guard !values.isEmpty else { return nil }
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    (self.mean, self.count) = (mean, values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    deviation = values.count == 1 ? nil : (squares / (count - 1)).squareRoot()
  }

  /// `115.4 ± 0.36`, or the mean alone for a single value.
  var text: String {
    RunOverview.text(mean) + (deviation.map { " ± " + text(deviation: $0) } ?? "")
  }

  private func text(deviation: Double) -> String {
    // Equal values differ from their mean by its rounding.
    if deviation <= 1e-12 * abs(mean) { return "0" }
    return String(format: (9.95..<1e6).contains(deviation) ? "%.0f" : "%#.2g", deviation)
  }
}
