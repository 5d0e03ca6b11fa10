import COpenCL

/// The end of a command that was enqueued.
final class Event {
  /// The driver's handle.
  let handle: cl_event?

  /// The event of what `enqueue` enqueues by the OpenCL function `call`; `object` is what the call
  /// is about.
  ///
  /// - Throws: `OpenCLError`.
  init(
    _ call: String, _ object: String = "", _ enqueue: (UnsafeMutablePointer<cl_event?>) -> cl_int
  ) throws {
    var handle: cl_event?
    try check(enqueue(&handle), call, object)
    self.handle = handle
  }

  deinit { if let handle { clReleaseEvent(handle) } }
}

extension [Event] {
  /// The handles, as a command's list of what it waits for; nil where it waits for nothing, as
  /// OpenCL wants it.
  var handles: [cl_event?]? { isEmpty ? nil : map(\.handle) }
}
