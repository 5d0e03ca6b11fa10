import COpenCL

/// A place in a context's queue that the host can wait for.
public final class Marker {
  private let context: Context
  private var event: cl_event?

  /// Marks the place behind all that is enqueued now.
  ///
  /// - Throws: `OpenCLError`.
  public init(_ context: Context) throws {
    self.context = context
    try check(
      clEnqueueMarkerWithWaitList(context.queue, 0, nil, &event), "clEnqueueMarkerWithWaitList")
  }

  deinit { if let event { clReleaseEvent(event) } }

  /// Waits until the device has come to it.
  ///
  /// - Throws: `OpenCLError`, also of the commands before it.
  public func wait() throws { try context.wait(for: event) }
}
