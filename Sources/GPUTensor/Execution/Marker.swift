import COpenCL

/// A place in a context's queue that the host can wait for.
public final class Marker {
  private let context: Context
  private let events: [Event]

  /// Marks the place after all that is enqueued now.
  ///
  /// - Throws: `OpenCLError`.
  public init(_ context: Context) throws {
    self.context = context
    // NOTE: a marker in POCL's out-of-order queue takes a tenth of linear-vae's step, and there the
    // ends of all are known.
    events =
      context.isOutOfOrder
      ? context.lastEvents
      : [
        try Event("clEnqueueMarkerWithWaitList") {
          clEnqueueMarkerWithWaitList(context.queue, 0, nil, $0)
        }
      ]
  }

  /// Waits until the device has reached it.
  ///
  /// - Throws: `OpenCLError`, also of the commands before it.
  public func wait() throws {
    for event in events { try context.wait(for: event) }
  }
}
