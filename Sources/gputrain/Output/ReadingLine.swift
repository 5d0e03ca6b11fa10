import Datasets
import Files
import Reports

/// A line on the terminal that says how many pictures were read; nothing on other outputs, or if
/// reading takes less than half a second.
final class ReadingLine: Sendable {
  private struct State {
    var lastDrawn = ContinuousClock.now
    var isDrawn = false
  }

  private let state = Lock(State())
  private let isShown = Terminal.standardError.isInteractive

  /// Redraws the line, at most ten times a second, from any thread.
  func update(_ progress: ReadingProgress) {
    guard isShown else { return }
    state.withLock { state in
      let now = ContinuousClock.now
      guard now - state.lastDrawn >= .milliseconds(state.isDrawn ? 100 : 500) else { return }
      (state.lastDrawn, state.isDrawn) = (now, true)
      StandardError.draw("\rreading pictures: \(progress.done) of \(progress.count)\u{1B}[K")
    }
  }

  /// Removes the line after `body`.
  func clearing<Result>(_ body: () throws -> Result) rethrows -> Result {
    defer { state.withLock { if $0.isDrawn { StandardError.draw("\r\u{1B}[K") } } }
    return try body()
  }
}
