import COpenCL

/// Uploads into a tensor, for which the host does not wait. It fills one of a few slots, and a
/// command copies the slot before the commands that follow.
package final class Uploads {
  private let tensor: Tensor
  private let slotCount: Int
  /// The slots, in the order of their use, the oldest first.
  private var slots: [Slot] = []

  /// Creates uploads into `tensor` from `slots` slots of its size. They are allocated when they are
  /// first needed.
  package init(into tensor: Tensor, slots: Int) {
    self.tensor = tensor
    slotCount = slots
  }

  /// Has `fill` write `count` bytes, and enqueues their copy to the beginning of the tensor. Waits
  /// only if the copies from all slots are still under way.
  ///
  /// - Throws: `OpenCLError`; errors of `fill`.
  package func upload(
    count: Int, fill: (UnsafeMutableRawBufferPointer) throws -> Void
  ) throws {
    let slot =
      slots.count < slotCount
      ? try Slot(tensor.buffer.context, byteCount: tensor.buffer.byteCount) : slots.removeFirst()
    slots.append(slot)
    try slot.wait()
    let bytes = UnsafeMutableRawBufferPointer(rebasing: slot.bytes[..<count])
    try fill(bytes)
    slot.copy = try tensor.startWriting(UnsafeRawBufferPointer(bytes))
  }
}

/// Memory that the driver allocates for the host. A driver may wait in a write from other memory,
/// even in one that is asked not to ("NVIDIA OpenCL best practices guide": pinned memory).
private final class Slot {
  let bytes: UnsafeMutableRawBufferPointer
  /// The last copy from it.
  var copy: Event?
  private let context: Context
  private let handle: cl_mem

  init(_ context: Context, byteCount: Int) throws {
    let object = "staged images, \(byteCount) bytes"
    self.context = context
    handle = try create("clCreateBuffer", object) {
      clCreateBuffer(
        context.handle, cl_mem_flags(CL_MEM_READ_WRITE | CL_MEM_ALLOC_HOST_PTR), byteCount, nil, $0)
    }
    var code: cl_int = CL_SUCCESS
    let start = clEnqueueMapBuffer(
      context.queue, handle, cl_bool(CL_TRUE), cl_map_flags(CL_MAP_WRITE), 0, byteCount, 0, nil,
      nil, &code)
    bytes = UnsafeMutableRawBufferPointer(start: start, count: byteCount)
    try check(code, "clEnqueueMapBuffer", object)
  }

  /// Waits until its bytes may be changed.
  func wait() throws {
    if let copy { try context.wait(for: copy) }
    copy = nil
  }

  deinit {
    // The driver keeps the memory until the copy from it and the unmapping are complete.
    let awaited = copy.map { [$0] } ?? []
    clEnqueueUnmapMemObject(
      context.queue, handle, bytes.baseAddress, cl_uint(awaited.count), awaited.handles, nil)
    clReleaseMemObject(handle)
  }
}
