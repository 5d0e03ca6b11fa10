import Foundation

/// The progress of a training run, and its formatting as one line of text.
///
///     epoch 12/100 ━━━━━━━────  67 %  loss 105.31  52.1k images/s  0:09 left, 1:23 in all
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
  /// The times to the end of the epoch, if there is one, and of the run, if known.
  package var secondsLeft: (epoch: Double?, run: Double)?

  /// Makes a line's content.
  package init(
    epoch: Int, epochs: Int, fraction: Double, losses: [(name: String, value: Double)] = [],
    imagesPerSecond: Double? = nil, secondsLeft: (epoch: Double?, run: Double)? = nil
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
  /// If there is too little room the bar shrinks first. Then the other losses, the bar and the word
  /// `epoch` are left out, so that the position, the loss, the rate and the times stay; then whole
  /// items, from the end.
  package func render(_ style: Style) -> String {
    let percent = String(repeating: " ", count: 5 - percent.count) + percent
    let brief = lossFacts.prefix(1) + rateFacts(unit: "/s") + timeFacts
    for facts in [[percent] + lossFacts + rateFacts() + timeFacts, [percent] + brief] {
      let room = style.width - head.count - 1 - facts.reduce(0) { $0 + $1.count + 2 }
      guard room >= 8 else { continue }
      let bar = bar(width: min(room, 24), style: style)
      return ([head + " " + bar] + facts).joined(separator: "  ")
    }
    for start in [head, "\(epoch)/\(epochs)"] {
      let line = ([start] + brief).joined(separator: "  ")
      if line.count <= style.width { return line }
    }
    var items = [head] + brief
    while items.count > 1, items.joined(separator: "  ").count > style.width { items.removeLast() }
    return String(items.joined(separator: "  ").prefix(max(0, style.width)))
  }

  /// The line without a bar and at full width, for logs.
  package var summary: String {
    ([head, percent] + lossFacts + rateFacts() + timeFacts).joined(separator: "  ")
  }

  private var head: String { "\(unit) \(epoch)/\(epochs)" }

  /// The completed fraction, 0 … 1.
  private var done: Double { fraction.isFinite ? min(max(fraction, 0), 1) : 0 }

  private var percent: String { "\(Int((done * 100).rounded(.down))) %" }

  private var lossFacts: [String] {
    losses.map { $0.name + " " + CSVTable.field($0.value, digits: 5) }
  }

  private func rateFacts(unit: String = " images/s") -> [String] {
    imagesPerSecond.map { [Self.rate($0) + unit] } ?? []
  }

  private var timeFacts: [String] {
    guard let secondsLeft else { return [] }
    let run = Self.duration(secondsLeft.run)
    guard let epoch = secondsLeft.epoch else { return ["\(run) left"] }
    return ["\(Self.duration(epoch)) left, \(run) in all"]
  }

  private func bar(width: Int, style: Style) -> String {
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
