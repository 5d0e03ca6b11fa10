import Foundation

/// The progress of a training run, and its formatting as one line of text.
///
///     epoch 12/100 ━━━━━━━━━━━─────────  55 %  train_loss 105.31  52.1k images/s  1:23 left
package struct ProgressLine: Sendable {
  /// What is counted.
  package var unit = "epoch"
  /// The current epoch, from 1.
  package var epoch: Int
  /// The number of epochs.
  package var epochs: Int
  /// The completed fraction of the epoch, 0 … 1.
  package var fraction: Double
  /// Losses by name, in the order shown.
  package var losses: [(name: String, value: Double)]
  /// The training rate, if known.
  package var imagesPerSecond: Double?
  /// The time to the end of the run, if known.
  package var secondsLeft: Double?

  /// Makes a line's content.
  package init(
    epoch: Int, epochs: Int, fraction: Double, losses: [(name: String, value: Double)] = [],
    imagesPerSecond: Double? = nil, secondsLeft: Double? = nil
  ) {
    self.epoch = epoch
    self.epochs = epochs
    self.fraction = fraction
    self.losses = losses
    self.imagesPerSecond = imagesPerSecond
    self.secondsLeft = secondsLeft
  }

  /// How a line is drawn.
  package struct Style: Sendable, Equatable {
    /// The maximum width in columns.
    package var width: Int
    /// Whether it has colours (ANSI escape sequences, which take no column).
    package var hasColor: Bool
    /// Whether the bar is drawn with line characters or in ASCII.
    package var hasUnicode: Bool

    /// Makes a style.
    package init(width: Int, hasColor: Bool, hasUnicode: Bool) {
      self.width = width
      self.hasColor = hasColor
      self.hasUnicode = hasUnicode
    }
  }

  /// Formats the line with its bar, never wider than the style allows.
  ///
  /// If there is too little room the bar shrinks first; then whole items are left out from the end.
  package func render(_ style: Style) -> String {
    let head = "\(unit) \(epoch)/\(epochs)"
    let done = fraction.isFinite ? min(max(fraction, 0), 1) : 0
    let percent = Int((done * 100).rounded(.down))
    let digits = String(percent)
    var facts =
      [String(repeating: " ", count: 3 - digits.count) + digits + " %"] + lossFacts + rateFacts

    func room() -> Int {
      style.width - head.count - 1 - facts.reduce(0) { $0 + $1.count + 2 }
    }
    let leastBar = 8
    while room() < leastBar, !facts.isEmpty {
      facts.removeLast()
    }
    let barWidth = min(room(), 24)
    guard barWidth >= leastBar else { return String(head.prefix(max(0, style.width))) }
    let bar = bar(done, width: barWidth, style: style)
    return ([head + " " + bar] + facts).joined(separator: "  ")
  }

  /// The line without a bar and at full width, for logs.
  package var summary: String {
    (["\(unit) \(epoch)/\(epochs)"] + lossFacts + rateFacts).joined(separator: "  ")
  }

  private var lossFacts: [String] {
    losses.map { $0.name + " " + CSVTable.field($0.value, digits: 5) }
  }

  private var rateFacts: [String] {
    var facts: [String] = []
    if let imagesPerSecond { facts.append(Self.rate(imagesPerSecond) + " images/s") }
    if let secondsLeft { facts.append(Self.duration(secondsLeft) + " left") }
    return facts
  }

  private func bar(_ done: Double, width: Int, style: Style) -> String {
    let filled = Int((done * Double(width)).rounded(.down))
    let full = String(repeating: style.hasUnicode ? "━" : "#", count: filled)
    let rest = String(repeating: style.hasUnicode ? "─" : "-", count: width - filled)
    return style.hasColor ? "\u{1B}[36m\(full)\u{1B}[2m\(rest)\u{1B}[0m" : full + rest
  }

  /// Formats a rate with three significant digits: `950`, `52.1k`, `1.25M`.
  package static func rate(_ value: Double) -> String {
    guard value.isFinite, value >= 0 else { return "?" }
    // The bounds are those from which %.3g would round up to the next unit.
    if value < 999.5 { return String(format: "%.3g", value) }
    if value < 999_500 { return String(format: "%.3gk", value / 1e3) }
    return String(format: "%.3gM", value / 1e6)
  }

  /// Formats seconds as `m:ss` or `h:mm:ss`.
  package static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "?" }
    let total = Int(seconds.rounded())
    let (hours, minutes) = (total / 3600, total / 60 % 60)
    return hours > 0
      ? String(format: "%d:%02d:%02d", hours, minutes, total % 60)
      : String(format: "%d:%02d", minutes, total % 60)
  }
}
