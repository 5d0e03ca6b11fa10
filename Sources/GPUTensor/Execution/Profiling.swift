import COpenCL

/// The clock that times launches.
public enum LaunchClock: String, Sendable, Encodable {
  /// The device's clock.
  case device
  /// The host's clock, if the device's is unusable. The host waits for each launch, and the time
  /// includes the enqueuing and the waiting.
  case host
}

/// The time at which a launch ran.
public struct LaunchTime: Sendable, Equatable {
  /// Its start and end, in nanoseconds since the first run began. A launch starts after the end of
  /// the one before it.
  public let start, end: Double
  /// Its duration in seconds; 0 if the clock is too coarse to tell.
  public var seconds: Double { (end - start) * 1e-9 }
}

/// The error for a device's clock that gives no times, runs backwards or is too coarse.
struct UselessClock: Error {}

extension Context {
  /// Measures by the device's clock. If that turns out to be unusable, measures everything again by
  /// the host's clock, which this context then keeps.
  ///
  /// - Parameter measure: Calls `CommandList.runTimed` with the clock that it gets, and passes its
  ///   errors on. It may be called twice.
  /// - Throws: as `measure`.
  public func measured<Result>(_ measure: (LaunchClock) throws -> Result) throws -> Result {
    if clock == .device {
      do { return try measure(.device) } catch is UselessClock { clock = .host }
    }
    return try measure(.host)
  }
}

extension CommandList {
  /// Runs the list `runs` times, timed by a clock from `Context.measured`, and waits.
  ///
  /// - Returns: For each run, the times of the launches, in order.
  /// - Throws: as `run`; an error for `Context.measured` if the device's clock is unusable.
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
      // NOTE: a launch that failed has no time either; then this wait throws its error.
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

/// Converts the stamps of a device's clock for launches of an in-order queue to times, and checks
/// them.
struct Timeline {
  /// The clock's values at the start and end of a launch, in nanoseconds.
  struct Stamp {
    let start, end: UInt64
  }

  private var origin: UInt64?
  private var lastStart: UInt64 = 0
  private var lastEnd = 0.0

  /// Returns the times of one more run.
  ///
  /// - Throws: `UselessClock` if a launch ends before its start or starts before an earlier one, or
  ///   if most launches take no time, since the clock then stands still or is too coarse.
  mutating func append(_ run: [Stamp]) throws -> [LaunchTime] {
    guard 2 * run.count(where: { $0.start == $0.end }) <= run.count else { throw UselessClock() }
    return try run.map { stamp in
      guard lastStart <= stamp.start, stamp.start <= stamp.end else { throw UselessClock() }
      let origin = origin ?? stamp.start
      self.origin = origin
      lastStart = stamp.start
      // NOTE: some devices record a launch's start before the one before it has ended, although
      // the two do not overlap.
      let start = max(lastEnd, Double(stamp.start - origin))
      lastEnd = max(start, Double(stamp.end - origin))
      return LaunchTime(start: start, end: lastEnd)
    }
  }
}
