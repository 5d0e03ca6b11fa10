import COpenCL

/// When a launch ran.
public struct LaunchTime: Sendable {
  /// Nanoseconds of the device's clock, at which it began and ended.
  public let start, end: UInt64
  /// Seconds that it took.
  public var seconds: Double { end > start ? Double(end - start) * 1e-9 : 0 }
}

extension CommandList {
  /// Runs the list and waits; the context has to be one for profiling.
  ///
  /// - Returns: For each launch, in order, when it ran.
  /// - Throws: as `run`; `OpenCLError` where the device does not tell times.
  public func runProfiled() throws -> [LaunchTime] {
    var events: [cl_event?] = []
    defer { for event in events { clReleaseEvent(event) } }
    try enqueue { launch in
      var event: cl_event?
      try launch.enqueue(on: context.queue, event: &event)
      events.append(event)
    }
    try context.finish()
    return try events.map { event in
      LaunchTime(
        start: try Self.time(of: event, CL_PROFILING_COMMAND_START),
        end: try Self.time(of: event, CL_PROFILING_COMMAND_END))
    }
  }

  /// Runs the list and waits behind each launch, for devices whose clock tells nothing.
  ///
  /// - Returns: For each launch, in order, when it ran by the host's clock; the way to the device and back is included.
  /// - Throws: as `run`.
  public func runTimedByHost() throws -> [LaunchTime] {
    let clock = ContinuousClock()
    let begin = clock.now
    func nanoseconds() -> UInt64 {
      let (seconds, attoseconds) = (clock.now - begin).components
      return UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    }
    var times: [LaunchTime] = []
    try enqueue { launch in
      let start = nanoseconds()
      try launch.enqueue(on: context.queue)
      try context.finish()
      times.append(LaunchTime(start: start, end: nanoseconds()))
    }
    return times
  }

  private static func time(of event: cl_event?, _ which: Int32) throws -> UInt64 {
    var time: cl_ulong = 0
    try check(
      clGetEventProfilingInfo(
        event, cl_profiling_info(which), MemoryLayout<cl_ulong>.size, &time, nil),
      "clGetEventProfilingInfo")
    return time
  }
}
