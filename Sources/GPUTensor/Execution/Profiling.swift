import COpenCL

/// Whose clock tells when launches run.
public enum LaunchClock: String, Sendable, Encodable {
  /// The device's own.
  case device
  /// The host's, where the device's is useless: each launch is waited for, and the way to the
  /// device and back counts.
  case host
}

/// When a launch ran.
public struct LaunchTime: Sendable, Equatable {
  /// Nanoseconds since the first run began, at which it began and ended; it began when the one
  /// before it had ended.
  public let start, end: Double
  /// Seconds that it took; 0 where the clock is too coarse to tell.
  public var seconds: Double { (end - start) * 1e-9 }
}

/// A device's clock that cannot be used: it tells nothing, goes back, or is too coarse.
struct UselessClock: Error {}

extension Context {
  /// What is measured by the device's clock. Where that turns out to be useless on the way,
  /// everything is measured again by the host's, and so is whatever this context measures later.
  ///
  /// - Parameter measure: may be called twice, and leaves to `CommandList.runTimed` to find the
  ///   clock useless.
  /// - Throws: as `measure`.
  public func measured<Result>(_ measure: (LaunchClock) throws -> Result) throws -> Result {
    if clock == .device {
      do { return try measure(.device) } catch is UselessClock { clock = .host }
    }
    return try measure(.host)
  }
}

extension CommandList {
  /// Runs the list `runs` times and waits, with the clock that `Context.measured` gives.
  ///
  /// - Returns: For each run, in order, when each launch ran.
  /// - Throws: as `run`; what `Context.measured` has to catch, where the device's clock is useless.
  public func runTimed(_ runs: Int = 1, by clock: LaunchClock) throws -> [[LaunchTime]] {
    switch clock {
    case .device:
      var timeline = Timeline()
      return try (0..<runs).map { _ in try timeline.append(try deviceStamps()) }
    case .host:
      let begin = ContinuousClock.now
      return try (0..<runs).map { _ in try hostTimes(since: begin) }
    }
  }

  private func deviceStamps() throws -> [Timeline.Stamp] {
    var events: [Event] = []
    try enqueue { events.append(try $0.enqueue(on: context.queue, after: [])) }
    try context.finish()
    return try events.map { event in
      Timeline.Stamp(
        start: try stamp(of: event, CL_PROFILING_COMMAND_START),
        end: try stamp(of: event, CL_PROFILING_COMMAND_END))
    }
  }

  private func stamp(of event: Event, _ which: Int32) throws -> UInt64 {
    var stamp: cl_ulong = 0
    let code = clGetEventProfilingInfo(
      event.handle, cl_profiling_info(which), MemoryLayout<cl_ulong>.size, &stamp, nil)
    guard code == CL_SUCCESS else {
      // NOTE: of a launch that failed on the device there is no time either, whatever its clock is.
      try context.wait(for: event)
      throw UselessClock()
    }
    return stamp
  }

  private func hostTimes(since begin: ContinuousClock.Instant) throws -> [LaunchTime] {
    func nanoseconds() -> Double {
      let (seconds, attoseconds) = (ContinuousClock.now - begin).components
      return Double(seconds) * 1e9 + Double(attoseconds / 1_000_000_000)
    }
    var times: [LaunchTime] = []
    try enqueue { launch in
      let start = nanoseconds()
      let event = try launch.enqueue(on: context.queue, after: [])
      try context.wait(for: event, sleeping: false)
      times.append(LaunchTime(start: start, end: nanoseconds()))
    }
    return times
  }
}

/// Makes times of what a device's clock says of the launches of an in-order queue, as long as that
/// makes sense.
struct Timeline {
  /// What the clock showed, in nanoseconds, when a launch began and ended.
  struct Stamp {
    let start, end: UInt64
  }

  private var origin: UInt64?
  private var lastStart: UInt64 = 0
  private var lastEnd = 0.0

  /// The times of one more run.
  ///
  /// - Throws: `UselessClock` where a launch ends before its start, or starts before one that was
  ///   ahead of it; and where most launches take no time: then the clock stands still, or is too
  ///   coarse.
  mutating func append(_ run: [Stamp]) throws -> [LaunchTime] {
    guard 2 * run.count(where: { $0.start == $0.end }) <= run.count else { throw UselessClock() }
    return try run.map { stamp in
      guard lastStart <= stamp.start, stamp.start <= stamp.end else { throw UselessClock() }
      let origin = origin ?? stamp.start
      self.origin = origin
      lastStart = stamp.start
      // NOTE: some devices note the start before the launch ahead has ended, which yet has the
      // device to itself.
      let start = max(lastEnd, Double(stamp.start - origin))
      lastEnd = max(start, Double(stamp.end - origin))
      return LaunchTime(start: start, end: lastEnd)
    }
  }
}
