import COpenCL

/// A launch whose kernel is built and whose arguments are bound.
final class BoundLaunch {
  let label: String
  private let kernel: cl_kernel
  private let global: [Int]
  private let local: [Int]?
  // Keeps the memory that the kernel's arguments point at.
  private let buffers: [Buffer]
  /// Its kernel and memory accesses. The kernel's signature marks memory that it only reads as
  /// `const`.
  let needs: LaunchOrder.Needs

  init(_ launch: Launch, from programs: ProgramCache) throws {
    let kernel = try programs.makeKernel(launch.variant)
    self.kernel = kernel
    label = launch.label
    global = launch.global
    local = launch.local
    buffers = launch.arguments.compactMap(\.buffer)
    needs = LaunchOrder.Needs(
      kernel: launch.variant,
      memory: launch.arguments.enumerated().compactMap { index, argument in
        argument.buffer?.access(writes: !Self.isConstant(kernel, cl_uint(index)))
      })
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

  /// Returns whether a kernel only reads the memory of an argument; false if the driver does not
  /// know.
  private static func isConstant(_ kernel: cl_kernel, _ index: cl_uint) -> Bool {
    var qualifier: cl_kernel_arg_type_qualifier = 0
    let code = clGetKernelArgInfo(
      kernel, index, cl_kernel_arg_info(CL_KERNEL_ARG_TYPE_QUALIFIER),
      MemoryLayout.size(ofValue: qualifier), &qualifier, nil)
    return code == CL_SUCCESS
      && qualifier & cl_kernel_arg_type_qualifier(CL_KERNEL_ARG_TYPE_CONST) != 0
  }

  /// Enqueues it on an in-order queue.
  func enqueue(on queue: cl_command_queue) throws {
    try check(
      clEnqueueNDRangeKernel(
        queue, kernel, cl_uint(global.count), nil, global, local, 0, nil, nil),
      "clEnqueueNDRangeKernel", label)
  }

  /// Enqueues it to run after the commands `awaited`, and returns its event.
  func enqueue(on queue: cl_command_queue, after awaited: [Event]) throws -> Event {
    try Event("clEnqueueNDRangeKernel", label) {
      clEnqueueNDRangeKernel(
        queue, kernel, cl_uint(global.count), nil, global, local, cl_uint(awaited.count),
        awaited.handles, $0)
    }
  }
}

extension KernelArgument {
  /// The memory of a tensor; nil for a value.
  fileprivate var buffer: Buffer? {
    if case .tensor(let tensor) = self { tensor.buffer } else { nil }
  }
}
