import Foundation

extension Profile {
  /// The profile as tables, at most 100 columns wide.
  var table: String {
    let head = """
      \(heading("\(model), batch \(batch), \(steps) steps", on: device, ", \(precision)"))
        step \(number(stepMs, 0, 3)) ms, of which no kernel ran for \(number(idleMs, 0, 3)) ms \
      (\(number(idleShare * 100, 0, 1)) %); \(launchesPerStep) launches
        peaks measured: \(number(peaks.gflops, 0, 0)) GFLOP/s, \
      \(number(peaks.gigabytesPerSecond, 0, 1)) GB/s; times by the \(clock.rawValue)'s clock
      """
    let parts = [
      ("launch", launches), ("layer", layers), ("phase", phases), ("kernel", kernels),
    ]
    return ([head] + parts.flatMap { ["", header($0)] + $1.map(line) }).joined(separator: "\n")
  }

  private static let nameWidth = 42

  private func header(_ name: String) -> String {
    pad(name) + "       ms      %  GFLOP/s    GB/s  of peak  bound"
  }

  private func line(_ entry: Entry) -> String {
    let name = entry.calls > 1 ? "\(entry.label) ×\(entry.calls)" : entry.label
    let gflops = entry.gflops == 0 ? nil : entry.gflops
    let percent = entry.shareOfPeak.map { $0 * 100 }
    return pad(name) + number(entry.ms, 9, 3) + number(entry.share * 100, 7, 1)
      + number(gflops, 9, 1) + number(entry.gigabytesPerSecond, 8, 1) + number(percent, 7, 0)
      + " %  " + entry.bound
  }

  private func number(_ value: Double?, _ width: Int, _ digits: Int) -> String {
    guard let value else { return "–".aligned(right: width) }
    return String(format: "%\(width).\(digits)f", value)
  }

  private func pad(_ name: String) -> String {
    name.count > Self.nameWidth
      ? name.prefix(Self.nameWidth - 1) + "…" : name.padding(to: Self.nameWidth)
  }
}
