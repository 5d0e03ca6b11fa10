import Reports

/// Says that kernels are compiled, from the second second on: on a terminal how many are done, in a
/// line that is redrawn; elsewhere once.
final class CompilingNote {
  private let kernels: Int
  private let terminal = Terminal.standardError
  private let start = ContinuousClock.now
  /// The line that is drawn; nil before the first.
  private var shown: String?

  /// Begins to wait for this many kernels.
  init(kernels: Int) { self.kernels = kernels }

  /// Redraws the line if it is due.
  func update(done: Int) {
    let seconds = Int((ContinuousClock.now - start).seconds)
    guard seconds >= 1 else { return }
    let dots = terminal.hasUnicode ? "…" : "..."
    let what = "compiling \(kernels) \(kernels == 1 ? "kernel" : "kernels")"
    let time = ProgressLine.duration(Double(seconds))
    let line = terminal.isInteractive ? "\(what) \(dots) \(done)/\(kernels)  \(time)" : what
    guard line != shown else { return }
    if terminal.isInteractive {
      StandardError.draw("\r\(line)\u{1B}[K")
    } else if shown == nil {
      StandardError.print(line)
    }
    shown = line
  }

  /// Removes the line.
  func clear() {
    if shown != nil, terminal.isInteractive { StandardError.draw("\r\u{1B}[K") }
    let time = ProgressLine.duration((ContinuousClock.now - start).seconds)
    StandardError.detail("compiled \(kernels) kernels in \(time)")
    shown = nil
  }
}
