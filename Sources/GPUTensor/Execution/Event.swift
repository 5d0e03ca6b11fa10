import COpenCL

/// The OpenCL event of an enqueued command.
final class Event {
  /// The driver's handle.
  let handle: cl_event?

  /// Enqueues a command.
  ///
  /// - Parameters:
  ///   - call: The OpenCL function's name.
  ///   - object: The object of the call, for errors.
  ///   - enqueue: Makes the call: gets a pointer for the event, and returns the status.
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
  /// The handles, as the wait list of a command; nil for an empty list, as OpenCL requires.
  var handles: [cl_event?]? { isEmpty ? nil : map(\.handle) }
}
