import COpenCL
import Files

/// Counts transfers between host and device. A training step must make none, except to upload a
/// batch of images that are streamed.
public final class TransferCounter {
  /// Transfers enqueued so far, in either direction.
  public fileprivate(set) var count = 0
  /// Bytes transferred.
  public fileprivate(set) var bytes = 0
}

/// Transfers between host and device. No other file makes any.
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

  /// Writes all bytes and waits.
  ///
  /// - Throws: `OpenCLError`.
  package func write(_ bytes: UnsafeRawBufferPointer) throws {
    precondition(bytes.count == byteCount, "a write fills its tensor")
    try buffer.write(bytes)
  }

  /// Starts to write the first elements with bytes that stay unchanged until the returned event is
  /// complete. The commands that follow wait for it.
  ///
  /// - Throws: `OpenCLError`.
  func startWriting(_ bytes: UnsafeRawBufferPointer) throws -> Event {
    precondition(bytes.count <= byteCount, "the bytes fit the tensor")
    let context = buffer.context
    let handle = try buffer.handle()
    buffer.count(bytes.count)
    let event = try Event("clEnqueueWriteBuffer", buffer.label) {
      clEnqueueWriteBuffer(
        context.queue, handle, cl_bool(CL_FALSE), 0, bytes.count, bytes.baseAddress,
        cl_uint(context.lastEvents.count), context.lastEvents.handles, $0)
    }
    if context.isOutOfOrder { context.lastEvents = [event] }
    return event
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

  /// Starts to read all elements without waiting; `PendingRead.wait` returns them.
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
  /// NOTE: clEnqueueFillBuffer would save the transfer, but oclgrind 21.10 regards all but the
  /// first byte that it fills as uninitialized, and reports every kernel that reads them.
  func fillZero() throws { try write([UInt8](repeating: 0, count: byteCount)) }

  fileprivate func write<Element: BitwiseCopyable>(_ elements: [Element]) throws {
    try elements.withUnsafeBytes { try write($0) }
  }

  fileprivate func write(_ bytes: UnsafeRawBufferPointer) throws {
    try context.finish()
    let handle = try handle()
    try record("clEnqueueWriteBuffer", bytes.count) {
      clEnqueueWriteBuffer(
        context.queue, handle, cl_bool(CL_TRUE), 0, bytes.count, bytes.baseAddress, 0, nil, nil)
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

/// A read of floats from the device that is not complete yet.
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
    // NOTE: the driver may write into the storage until the event is complete. If that cannot be
    // determined, as for a lost device, the storage must stay allocated.
    do {
      try context.wait(for: event)
      storage.deallocate()
    } catch {
      let address = UInt(bitPattern: storage.baseAddress)
      Self.abandoned.withLock { $0.append(address) }
    }
  }

  /// The addresses of storage that stays allocated until the process ends. They are kept so that
  /// leak checkers do not report the storage.
  private static let abandoned = Lock<[UInt]>([])

  /// Waits for the floats and returns them.
  ///
  /// - Throws: `OpenCLError`, also if an earlier command failed.
  public func wait() throws -> [Float] {
    if let event { try context.wait(for: event) }
    return Array(storage)
  }
}
