import COpenCL

/// Device memory with one owner: released when the last tensor that views it is gone.
public final class Buffer {
  let handle: cl_mem
  let context: Context
  /// Its size in bytes.
  public let byteCount: Int
  /// What it holds, for messages.
  public let label: String
  /// The buffer that this one is a part of; nil for memory of its own.
  private let parent: Buffer?

  /// Allocates memory on the context's device; what is in it is undefined.
  ///
  /// - Throws: `OpenCLError` where the device cannot give that much.
  public init(_ context: Context, byteCount: Int, label: String) throws {
    handle = try create("clCreateBuffer", "\(label), \(byteCount) bytes") {
      clCreateBuffer(context.handle, cl_mem_flags(CL_MEM_READ_WRITE), max(byteCount, 1), nil, $0)
    }
    self.context = context
    self.byteCount = byteCount
    self.label = label
    parent = nil
    context.memory.add(byteCount)
  }

  /// A part of `parent`, which begins at a multiple of the device's `bufferAlignment`.
  init(part range: Range<Int>, of parent: Buffer, label: String) throws {
    var region = cl_buffer_region(origin: range.lowerBound, size: range.count)
    handle = try create("clCreateSubBuffer", "\(label), bytes \(range) of \(parent.label)") {
      clCreateSubBuffer(
        parent.handle, cl_mem_flags(CL_MEM_READ_WRITE),
        cl_buffer_create_type(CL_BUFFER_CREATE_TYPE_REGION), &region, $0)
    }
    context = parent.context
    byteCount = range.count
    self.label = label
    self.parent = parent
  }

  deinit {
    clReleaseMemObject(handle)
    if parent == nil { context.memory.remove(byteCount) }
  }
}
