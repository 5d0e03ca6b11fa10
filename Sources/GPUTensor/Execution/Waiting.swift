import COpenCL
import Foundation

extension Context {
  /// Waits until everything enqueued is done.
  ///
  /// - Parameter sleeping: as in `wait`.
  /// - Throws: `OpenCLError`, also of the commands.
  public func finish(sleeping: Bool = true) throws {
    if device.kind == .gpu, sleeping { try Marker(self).wait() }
    try check(clFinish(queue), "clFinish", device.name)
  }

  /// Waits until `event` is complete.
  ///
  /// NOTE: drivers of GPUs may spin in clWaitForEvents and clFinish, which takes a whole core:
  /// NVIDIA's do. There the host sleeps instead and looks from time to time. A CPU's driver sleeps
  /// by itself, and its kernels need the core.
  ///
  /// - Parameter sleeping: false where the time is measured, and the end to be seen at once.
  /// - Throws: `OpenCLError`, also of the command.
  func wait(for event: Event, sleeping: Bool = true) throws {
    if device.kind == .gpu, sleeping {
      try flush()
      try sleep(until: event)
    }
    var handle = event.handle
    try check(clWaitForEvents(1, &handle), "clWaitForEvents", device.name)
  }

  /// Sleeps until `event` is complete or has failed; the end is seen at most an eighth of the time
  /// too late, or a millisecond.
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
