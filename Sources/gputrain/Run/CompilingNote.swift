import Reports

/// A line on the terminal while kernels are compiled, from the second second on.
final class CompilingNote {
  private let kernels: Int
  private let terminal = Terminal.standardError
  private let start = ContinuousClock.now
  /// The seconds that the line shows; nil before it is drawn.
  private var shown: Int?

  /// Begins to wait for this many kernels.
  init(kernels: Int) { self.kernels = kernels }

  /// Redraws the line if it is due.
  func update() {
    let seconds = Int((ContinuousClock.now - start).seconds)
    guard terminal.isInteractive, seconds >= 1, seconds != shown else { return }
    shown = seconds
    let dots = terminal.hasUnicode ? "…" : "..."
    let time = ProgressLine.duration(Double(seconds))
    StandardError.write("\r" + "compiling \(kernels) kernels \(dots) \(time)\u{1B}[K")
  }

  /// Removes the line.
  func clear() {
    if shown != nil { StandardError.write("\r\u{1B}[K") }
    shown = nil
  }
}
