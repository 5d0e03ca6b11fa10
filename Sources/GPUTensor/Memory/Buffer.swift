import COpenCL

/// Device memory, released with the last tensor that views it.
///
/// It is allocated when it is first needed, so that a model's need of memory is known before.
package final class Buffer {
  let context: Context
  /// Its size in bytes.
  package let byteCount: Int
  /// Its content, for messages.
  package let label: String
  private let kind: MemoryKind
  private let beginsAsZeros: Bool
  /// The buffer that this one is a part of, and the first byte in it; nil for memory of its own.
  private let parent: (buffer: Buffer, offset: Int)?
  private var allocated: cl_mem?

  /// Creates a buffer on the context's device. Its content is undefined, or zero.
  package init(
    _ context: Context, byteCount: Int, kind: MemoryKind, zeros: Bool, label: String
  ) {
    self.context = context
    self.byteCount = byteCount
    self.kind = kind
    self.label = label
    beginsAsZeros = zeros
    parent = nil
    context.memory.add(byteCount, kind)
  }

  /// Creates a part of `parent` that begins at a multiple of the device's `bufferAlignment`.
  init(part range: Range<Int>, of parent: Buffer, label: String) {
    context = parent.context
    byteCount = range.count
    kind = parent.kind
    self.label = label
    beginsAsZeros = false
    self.parent = (parent, range.lowerBound)
  }

  /// Returns the memory, and allocates it if needed.
  ///
  /// - Throws: `OpenCLError` if the device has too little memory.
  func handle() throws -> cl_mem {
    if let allocated { return allocated }
    let flags = cl_mem_flags(CL_MEM_READ_WRITE)
    let handle: cl_mem
    if let (parent, offset) = parent {
      var region = cl_buffer_region(origin: offset, size: byteCount)
      let whole = try parent.handle()
      handle = try create("clCreateSubBuffer", "\(label), at byte \(offset) of \(parent.label)") {
        clCreateSubBuffer(
          whole, flags, cl_buffer_create_type(CL_BUFFER_CREATE_TYPE_REGION), &region, $0)
      }
    } else {
      // The allocation copies zeros, since a transfer would have to wait for running kernels.
      let zeros = beginsAsZeros ? [UInt8](repeating: 0, count: max(byteCount, 1)) : []
      let copies = beginsAsZeros ? cl_mem_flags(CL_MEM_COPY_HOST_PTR) : 0
      handle = try create("clCreateBuffer", "\(label), \(byteCount) bytes") { code in
        zeros.withUnsafeBytes { zeros in
          let source = UnsafeMutableRawPointer(mutating: beginsAsZeros ? zeros.baseAddress : nil)
          return clCreateBuffer(context.handle, flags | copies, max(byteCount, 1), source, code)
        }
      }
    }
    allocated = handle
    return handle
  }

  /// Returns a buffer like this one in other memory. If it is a part, `other` gives the stand-in of
  /// the whole.
  func standIn(parent other: (Buffer) -> Buffer) -> Buffer {
    guard let (parent, offset) = parent else {
      return Buffer(
        context, byteCount: byteCount, kind: .workspaces, zeros: beginsAsZeros, label: label)
    }
    return Buffer(part: offset..<offset + byteCount, of: other(parent), label: label)
  }

  /// Returns the memory access of a launch that gets this buffer.
  func access(writes: Bool) -> MemoryAccess {
    guard let (parent, offset) = parent else {
      return MemoryAccess(owner: ObjectIdentifier(self), bytes: 0..<byteCount, writes: writes)
    }
    let whole = parent.access(writes: writes)
    let start = whole.bytes.lowerBound + offset
    return MemoryAccess(owner: whole.owner, bytes: start..<start + byteCount, writes: writes)
  }

  deinit {
    if let allocated { clReleaseMemObject(allocated) }
    if parent == nil { context.memory.remove(byteCount, kind) }
  }
}
