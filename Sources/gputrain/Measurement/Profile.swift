import GPUTensor
import GenerativeModels
import Reports

/// The time that each kernel of a training step takes, by the device's own clock: the fields of
/// `--json`, there in snake case. Times are means over the steps without the slowest fifth, which
/// other programs on the machine slowed down.
struct Profile: Encodable {
  let model: String
  let device: String
  let precision: String
  let batch: Int
  let steps: Int
  /// `host` if the device's clock is unusable: the host then times each launch by waiting for it.
  let clock: LaunchClock
  /// The time of a step, from the start of its first kernel to the end of its last.
  let stepMs: Double
  /// The part of `stepMs` in which no kernel ran.
  let idleMs: Double
  /// `idleMs` as a fraction of `stepMs`.
  let idleShare: Double
  let launchesPerStep: Int
  /// The device's peaks, as measured just before.
  let peaks: DevicePeaks
  /// The launches, in the order in which they run.
  let launches: [Entry]
  /// The launches of each layer, each phase and each kernel function together, the longest first.
  let layers: [Entry]
  let phases: [Entry]
  let kernels: [Entry]
  /// The times of each launch of each step.
  private let times: [[LaunchTime]]
  private let list: CommandList

  private enum CodingKeys: CodingKey {
    case model, device, precision, batch, steps, clock, stepMs, idleMs, idleShare, launchesPerStep,
      peaks
    case launches, layers, phases, kernels
  }

  /// One launch, or several together.
  struct Entry: Encodable {
    /// The launch's label, such as `discriminator.conv1.forward`, or the name of the layer, the
    /// phase or the kernel.
    let label: String
    /// The kernel function; nil if there are several.
    let kernel: String?
    /// The launches in a step.
    let calls: Int
    /// The milliseconds in a step.
    let ms: Double
    /// The fraction of the step's time.
    let share: Double
    /// Billions of floating-point operations per second. Like the other rates, it is nil if the
    /// clock is too coarse.
    ///
    /// NOTE: Counts the operations of direct sums; minimal filtering does fewer.
    let gflops: Double?
    /// Billions of bytes per second that it reads and writes at least.
    let gigabytesPerSecond: Double?
    /// The rate that is nearer to its peak, as a fraction of it. Caches, minimal filtering and
    /// tensor cores can make it more than 1.
    let shareOfPeak: Double?
    /// The side of the roofline: `compute` or `memory`, whichever would take longer at its peak.
    let bound: String
  }

  /// Measures the device's peaks, then times a training's step `steps` times.
  ///
  /// - Throws: `OpenCLError`.
  init(of trainer: any Trainer, batch: Int, steps: Int, on context: Context) throws {
    let list = trainer.training.step
    try KernelCache.compile(trainer.trainingLists)
    try trainer.initialize()
    let peaks = try DevicePeaks(of: context)
    let (clock, times) = try context.measured { clock in
      // A warm-up that is not counted.
      _ = try list.runTimed(by: clock)
      return (clock, try list.runTimed(steps, by: clock))
    }
    let kept = times.sorted { Self.span($0) < Self.span($1) }.prefix(steps - steps / 5)
    func mean(_ value: ([LaunchTime]) -> Double) -> Double {
      kept.reduce(0) { $0 + value($1) } / Double(kept.count)
    }
    let seconds = list.launches.indices.map { index in mean { $0[index].seconds } }
    let step = mean(Self.span)

    func entry(_ label: String, _ indices: [Int]) -> Entry {
      let launches = indices.map { list.launches[$0] }
      let time = indices.reduce(0) { $0 + seconds[$1] }
      func rate(_ amount: Double) -> Double? { time > 0 ? amount / time : nil }
      let flops = launches.reduce(0) { $0 + Double($1.flops) } * 1e-9
      let bytes = launches.reduce(0) { $0 + Double($1.bytes) } * 1e-9
      let (compute, memory) = (flops / peaks.gflops, bytes / peaks.gigabytesPerSecond)
      let functions = Set(launches.map(\.variant.function))
      return Entry(
        label: label, kernel: functions.count == 1 ? functions.first : nil, calls: indices.count,
        ms: time * 1e3, share: time / step, gflops: rate(flops), gigabytesPerSecond: rate(bytes),
        shareOfPeak: rate(max(compute, memory)),
        bound: compute > memory ? "compute" : "memory")
    }
    func grouped(by name: (Launch) -> String) -> [Entry] {
      Dictionary(grouping: list.launches.indices) { name(list.launches[$0]) }
        .map { entry($0.key, $0.value) }
        .sorted { ($1.ms, $0.label) < ($0.ms, $1.label) }
    }
    launches = list.launches.indices.map { entry(list.launches[$0].label, [$0]) }
    layers = grouped { trainer.layer(of: $0) ?? $0.label }
    phases = grouped(by: \.phase)
    kernels = grouped(by: \.variant.function)

    model = trainer.modelName
    device = context.device.name
    precision = context.precision.rawValue
    self.batch = batch
    self.steps = steps
    self.clock = clock
    launchesPerStep = list.launches.count
    stepMs = step * 1e3
    idleMs = max(0, step - seconds.reduce(0, +)) * 1e3
    idleShare = idleMs / stepMs
    self.peaks = peaks
    self.times = times
    self.list = list
  }

  /// The seconds from the first start to the last end.
  private static func span(_ times: [LaunchTime]) -> Double {
    guard let first = times.first, let last = times.last else { return 0 }
    return (last.end - first.start) * 1e-9
  }

  /// The steps as a trace: a bar for each, and below it its launches.
  var trace: ChromeTrace {
    var trace = ChromeTrace(thread: "queue of \(device)")
    for (number, step) in times.enumerated() {
      guard let first = step.first, let last = step.last else { continue }
      trace.append("step \(number + 1)", category: "step", from: first.start, to: last.end)
      for (launch, time) in zip(list.launches, step) {
        trace.append(
          launch.label, category: launch.phase, from: time.start, to: time.end,
          [
            "kernel": launch.variant.function, "flops": "\(launch.flops)",
            "bytes": "\(launch.bytes)",
          ])
      }
    }
    return trace
  }
}

extension Trainer {
  /// The full name of the layer that a launch belongs to; nil if it belongs to none.
  fileprivate func layer(of launch: Launch) -> String? {
    networks.lazy.compactMap { $0.value.layerName(of: launch.label) }.first
  }
}
