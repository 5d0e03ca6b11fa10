import COpenCL
import Synchronization

/// Counts transfers between host and device; a training step is to have none.
public final class TransferCounter {
  /// Transfers enqueued so far, in either direction.
  public fileprivate(set) var count = 0
  /// Bytes they carried.
  public fileprivate(set) var bytes = 0
}

/// Every transfer between host and device: there is no other file that makes one.
extension Tensor {
  /// Creates a tensor with memory of its own that holds `elements`, packed and row-major.
  ///
  /// - Throws: `OpenCLError`.
  public init(
    _ context: Context, _ shape: [Int], writing elements: [Float], label: String
  ) throws {
    self.init(context, shape, label: label)
    try write(elements)
  }

  /// Writes all elements and waits.
  ///
  /// - Throws: `OpenCLError`.
  public func write<Element: BitwiseCopyable>(_ elements: [Element]) throws {
    precondition(
      elements.count * MemoryLayout<Element>.stride == byteCount, "a write fills its tensor")
    try buffer.write(elements)
  }

  /// Reads all elements and waits for them.
  ///
  /// - Throws: `OpenCLError`.
  public func floats() throws -> [Float] { try read(repeating: Float(0)) }

  /// Reads all 32-bit words and waits for them.
  ///
  /// - Throws: `OpenCLError`.
  public func words() throws -> [UInt32] { try read(repeating: UInt32(0)) }

  /// Reads all bytes and waits for them.
  ///
  /// - Throws: `OpenCLError`.
  package func bytes() throws -> [UInt8] { try read(repeating: UInt8(0)) }

  /// Fills the tensor with zero bytes, and waits.
  ///
  /// - Throws: `OpenCLError`.
  public func fillZero() throws { try write([UInt8](repeating: 0, count: byteCount)) }

  /// Begins to read all elements; the host goes on, and asks the answer for them later.
  ///
  /// - Throws: `OpenCLError`.
  package func startReading() throws -> PendingRead {
    let context = buffer.context
    let pending = PendingRead(count: count, on: context)
    let handle = try buffer.handle()
    buffer.count(byteCount)
    let event = try Event("clEnqueueReadBuffer", buffer.label) {
      clEnqueueReadBuffer(
        context.queue, handle, cl_bool(CL_FALSE), 0, byteCount, pending.storage.baseAddress,
        cl_uint(context.lastEvents.count), context.lastEvents.handles, $0)
    }
    pending.event = event
    if context.isOutOfOrder { context.lastEvents = [event] }
    try context.flush()
    return pending
  }

  private var byteCount: Int { count * elementType.size }

  private func read<Element: BitwiseCopyable>(repeating start: Element) throws -> [Element] {
    try buffer.context.finish()
    var elements = [Element](repeating: start, count: count)
    let handle = try buffer.handle()
    try buffer.record("clEnqueueReadBuffer", byteCount) {
      clEnqueueReadBuffer(
        buffer.context.queue, handle, cl_bool(CL_TRUE), 0, byteCount, &elements, 0, nil, nil)
    }
    return elements
  }
}

extension Buffer {
  /// Fills the buffer with zero bytes, and waits.
  ///
  /// NOTE: a transfer, where clEnqueueFillBuffer would be none: oclgrind 21.10 takes all but the
  /// first byte of what that fills for unwritten, and then reports every kernel that reads it.
  func fillZero() throws { try write([UInt8](repeating: 0, count: byteCount)) }

  fileprivate func write<Element: BitwiseCopyable>(_ elements: [Element]) throws {
    try context.finish()
    let handle = try handle()
    let bytes = elements.count * MemoryLayout<Element>.stride
    try record("clEnqueueWriteBuffer", bytes) {
      clEnqueueWriteBuffer(
        context.queue, handle, cl_bool(CL_TRUE), 0, bytes, elements, 0, nil, nil)
    }
  }

  fileprivate func record(_ call: String, _ bytes: Int, _ body: () -> cl_int) throws {
    count(bytes)
    try check(body(), call, label)
  }

  fileprivate func count(_ bytes: Int) {
    context.transfers.count += 1
    context.transfers.bytes += bytes
  }
}

/// Floats on their way from the device.
package final class PendingRead {
  fileprivate let storage: UnsafeMutableBufferPointer<Float>
  fileprivate var event: Event?
  private let context: Context

  fileprivate init(count: Int, on context: Context) {
    storage = .allocate(capacity: count)
    self.context = context
  }

  deinit {
    guard let event else { return storage.deallocate() }
    // NOTE: the driver writes into the storage until the event is complete. Where that cannot be
    // known, as of a device that was lost, the storage must stay.
    do {
      try context.wait(for: event)
      storage.deallocate()
    } catch {
      let address = UInt(bitPattern: storage.baseAddress)
      Self.abandoned.withLock { $0.append(address) }
    }
  }

  /// Where storage lies that stays to the end of the process; kept, so that it does not count as
  /// lost.
  private static let abandoned = Mutex<[UInt]>([])

  /// Waits until they have arrived.
  ///
  /// - Throws: `OpenCLError`, also of the commands before it.
  public func wait() throws -> [Float] {
    if let event { try context.wait(for: event) }
    return Array(storage)
  }
}
