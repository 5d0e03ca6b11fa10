import Foundation
import GPUTensor
import Models

/// Where a training step's time goes, by the device's own clock: the fields of `--json`, there in snake
/// case.
struct Profile: Encodable {
  let model: String
  let device: String
  let batch: Int
  let steps: Int
  /// Of a step, from the start of its first kernel to the end of its last.
  let medianMs: Double
  /// The part of that in which no kernel ran.
  let idleMs: Double
  let launchesPerStep: Int
  /// In the order in which they run.
  let launches: [Entry]
  /// All launches of one kernel function together, the longest first.
  let kernels: [Entry]

  /// One launch, or all of one kernel.
  struct Entry: Encodable {
    /// The launch's label, such as `discriminator.conv1.forward`; of a kernel, its file.
    let label: String
    /// The kernel function.
    let kernel: String
    let calls: Int
    /// Of a step.
    let medianMs: Double
    /// Of all kernels' time, from 0 to 1.
    let share: Double
    /// Floating-point operations that it stands for, in billions a second.
    let gflops: Double
  }

  /// Runs a training's step `steps` times.
  ///
  /// - Throws: `OpenCLError`.
  init(of trainer: any Trainer, batch: Int, steps: Int, on context: Context) throws {
    let list = trainer.training.step
    try CommandList.compile(trainer.lists)
    try trainer.initialize()
    _ = try list.runProfiled()
    let times = try (0..<steps).map { _ in try list.runProfiled() }
    let seconds = list.launches.indices.map { index in median(times.map { $0[index].seconds }) }
    let total = seconds.reduce(0, +)

    func entry(_ label: String, _ indices: [Int]) -> Entry {
      let time = indices.reduce(0) { $0 + seconds[$1] }
      let flops = indices.reduce(0) { $0 + list.launches[$1].flops }
      return Entry(
        label: label, kernel: list.launches[indices[0]].variant.function, calls: indices.count,
        medianMs: time * 1e3, share: total > 0 ? time / total : 0,
        gflops: time > 0 ? Double(flops) / time * 1e-9 : 0)
    }
    launches = list.launches.indices.map { entry(list.launches[$0].label, [$0]) }
    let byKernel = Dictionary(grouping: list.launches.indices) {
      list.launches[$0].variant.function
    }
    kernels = byKernel.values.map { entry(list.launches[$0[0]].variant.file, $0) }
      .sorted { ($1.medianMs, $0.kernel) < ($0.medianMs, $1.kernel) }

    model = trainer.modelName
    device = context.device.name
    self.batch = batch
    self.steps = steps
    launchesPerStep = list.launches.count
    medianMs = median(times.map(Self.span)) * 1e3
    idleMs = median(times.map { max(0, Self.span($0) - $0.reduce(0) { $0 + $1.seconds }) }) * 1e3
  }

  /// Seconds from the first start to the last end.
  private static func span(_ times: [LaunchTime]) -> Double {
    guard let start = times.map(\.start).min(), let end = times.map(\.end).max() else { return 0 }
    return Double(end - start) * 1e-9
  }

  /// The same for people.
  var table: String {
    func number(_ value: Double, _ width: Int, _ digits: Int) -> String {
      String(format: "%\(width).\(digits)f", value)
    }
    let width = launches.map(\.label.count).max() ?? 0
    func line(_ name: String, _ entry: Entry) -> String {
      let name = name.padding(toLength: width, withPad: " ", startingAt: 0)
      let (time, share) = (number(entry.medianMs, 10, 3), number(entry.share * 100, 6, 1))
      let rate = entry.gflops > 0 ? number(entry.gflops, 9, 1) : "        –"
      return "  \(name) \(time) \(share) \(rate)"
    }
    let columns = String(repeating: " ", count: width) + "           ms      %   GFLOP/s"
    let head = """
      \(model), batch \(batch), \(steps) steps on \(device)
        step \(number(medianMs, 0, 3)) ms, idle between kernels \(number(idleMs, 0, 3)) ms, \
      \(launchesPerStep) launches

      \(columns)
      """
    let byLaunch = launches.map { line($0.label, $0) }
    let byKernel = kernels.map { line("\($0.kernel) ×\($0.calls)", $0) }
    return ([head] + byLaunch + [""] + byKernel).joined(separator: "\n")
  }
}
