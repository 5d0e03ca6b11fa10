/// The measured peaks of a device, for a roofline model.
public struct DevicePeaks: Sendable, Encodable {
  /// The rate of fused multiply-adds between registers, in billions of operations per second. One
  /// counts two.
  public let gflops: Double
  /// The rate of a copy in memory, in billions of bytes per second, read and written.
  public let gigabytesPerSecond: Double

  /// Measures a device; the context should be one for profiling.
  ///
  /// - Throws: `OpenCLError`; `KernelBuildError`.
  public init(of context: Context) throws {
    let arithmetic = CommandList(context)
    let operations = arithmetic.multiplyAdd("multiply_add")
    gflops = Double(operations) / (try arithmetic.bestSeconds()) * 1e-9

    let bytes = min(256 << 20, context.device.maximumAllocation / 4)
    let (from, to) = (
      Tensor(context, [bytes / 4096, 1024], zeros: true, label: "copied"),
      Tensor(context, [bytes / 4096, 1024], zeros: true, label: "copy")
    )
    let copy = CommandList(context)
    copy.copy("copy", 0..<from.rows, of: from, to: 0, of: to)
    gigabytesPerSecond = Double(2 * 4 * from.count) / (try copy.bestSeconds()) * 1e-9
  }
}

extension CommandList {
  /// Appends `rounds` rounds of multiply-adds (`kernels/common/peaks.cl`), by default enough for
  /// several milliseconds.
  ///
  /// - Returns: The number of floating-point operations.
  public func multiplyAdd(_ label: String, rounds: Int? = nil) -> Int {
    let (device, chains) = (context.device, 12)
    let isCPU = device.kind == .cpu
    let lanes = widestLanes(upTo: isCPU ? max(4, device.floatLanes) : 1, dividing: 16)
    let items = device.computeUnits * (isCPU ? 16 : 2048)
    let rounds = rounds ?? (isCPU ? 1 << 18 : 1 << 12)
    append(
      label, KernelVariant("peaks.cl", "multiply_add", ["CHAINS": chains, "LANES": lanes]),
      over: .items([items]),
      [.uint(UInt32(rounds)), .float(0.5), .tensor(Tensor(context, [items], label: label))])
    return 2 * chains * lanes * rounds * items
  }

  /// Runs the list a number of times after a warm-up, and waits; the context should be one for
  /// profiling.
  ///
  /// - Returns: The seconds that its kernels took in the fastest run, by the host's clock if the
  ///   device's is unusable.
  /// - Throws: as `run`.
  public func bestSeconds(of runs: Int = 5) throws -> Double {
    let times = try context.measured { clock in
      try runTimed(1 + runs, by: clock).dropFirst()
    }
    return max(times.map { $0.reduce(0) { $0 + $1.seconds } }.min() ?? 0, 1e-9)
  }
}
