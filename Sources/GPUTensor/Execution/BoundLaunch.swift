import COpenCL

/// A launch whose kernel is built and whose arguments are bound.
final class BoundLaunch {
  let label: String
  private let kernel: cl_kernel
  private let global: [Int]
  private let local: [Int]?
  // The tensors' memory must live as long as the kernel that points at it.
  private let buffers: [Buffer]

  init(_ launch: Launch, from programs: ProgramCache) throws {
    kernel = try programs.makeKernel(launch.variant)
    label = launch.label
    global = launch.global
    local = launch.local
    buffers = launch.arguments.compactMap {
      if case .tensor(let tensor) = $0 { tensor.buffer } else { nil }
    }
    for (index, argument) in launch.arguments.enumerated() {
      try check(
        try set(argument, at: cl_uint(index)), "clSetKernelArg", "\(label), argument \(index)")
    }
  }

  deinit { clReleaseKernel(kernel) }

  private func set(_ argument: KernelArgument, at index: cl_uint) throws -> cl_int {
    switch argument {
    case .tensor(let tensor):
      var handle = Optional(try tensor.buffer.handle())
      return clSetKernelArg(kernel, index, MemoryLayout.size(ofValue: handle), &handle)
    case .words(let words):
      return words.withUnsafeBytes { clSetKernelArg(kernel, index, $0.count, $0.baseAddress) }
    }
  }

  /// Enqueues it; `event` is told when it runs.
  func enqueue(
    on queue: cl_command_queue, event: UnsafeMutablePointer<cl_event?>? = nil
  ) throws {
    try check(
      clEnqueueNDRangeKernel(
        queue, kernel, cl_uint(global.count), nil, global, local, 0, nil, event),
      "clEnqueueNDRangeKernel", label)
  }
}
