import COpenCL

/// A place in a context's queue that the host can wait for.
public final class Marker {
  private let context: Context
  private let events: [Event]

  /// Marks the place after all commands that are enqueued so far.
  ///
  /// - Throws: `OpenCLError`.
  public init(_ context: Context) throws {
    self.context = context
    // NOTE: a marker command in POCL's out-of-order queue would take a tenth of linear-vae's step.
    // The last events of that queue are known anyway.
    events =
      context.isOutOfOrder
      ? context.lastEvents
      : [
        try Event("clEnqueueMarkerWithWaitList") {
          clEnqueueMarkerWithWaitList(context.queue, 0, nil, $0)
        }
      ]
  }

  /// Waits until the device has reached the place.
  ///
  /// - Throws: `OpenCLError`, also if an earlier command failed.
  public func wait() throws {
    for event in events { try context.wait(for: event) }
  }
}
