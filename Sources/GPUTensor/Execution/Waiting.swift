import COpenCL
import Foundation

extension Context {
  /// Waits until all enqueued commands are complete.
  ///
  /// - Parameter sleeping: Whether the host may sleep while a GPU works; false if the time is
  ///   measured, so that the end is seen at once.
  /// - Throws: `OpenCLError`, also for a command that failed.
  public func finish(sleeping: Bool = true) throws {
    if device.kind == .gpu, sleeping { try Marker(self).wait() }
    try check(clFinish(queue), "clFinish", device.name)
  }

  /// Waits until `event` is complete.
  ///
  /// NOTE: drivers of GPUs, such as NVIDIA's, may spin in clWaitForEvents and clFinish, which takes
  /// a whole core. So the host sleeps instead and polls the event. A CPU's driver sleeps by itself.
  ///
  /// - Parameters:
  ///   - event: The event.
  ///   - sleeping: As in `finish`.
  /// - Throws: `OpenCLError`, also if the command failed.
  func wait(for event: Event, sleeping: Bool = true) throws {
    if device.kind == .gpu, sleeping {
      try flush()
      try sleep(until: event)
    }
    var handle = event.handle
    try check(clWaitForEvents(1, &handle), "clWaitForEvents", device.name)
  }

  /// Sleeps until `event` is complete or has failed. The delay is at most an eighth of the time
  /// waited, and at most a millisecond.
  private func sleep(until event: Event) throws {
    let clock = ContinuousClock()
    let start = clock.now
    while try isUnderWay(event) {
      Thread.sleep(forTimeInterval: min(max(20e-6, (clock.now - start).seconds / 8), 1e-3))
    }
  }

  private func isUnderWay(_ event: Event) throws -> Bool {
    var status: cl_int = 0
    try check(
      clGetEventInfo(
        event.handle, cl_event_info(CL_EVENT_COMMAND_EXECUTION_STATUS), MemoryLayout<cl_int>.size,
        &status, nil),
      "clGetEventInfo", device.name)
    return status > CL_COMPLETE
  }
}
