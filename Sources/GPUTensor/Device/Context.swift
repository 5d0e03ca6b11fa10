import COpenCL

/// A device with its OpenCL context and queue, to which tensors and programs belong.
///
/// A context is used from one thread. Launches may overlap, but results are as if they ran one
/// after the other.
///
/// ```swift
/// let context = try Context()  // the best device
/// let x = try Tensor(context, [2, 3], writing: [1, 2, 3, 4, 5, 6], label: "x")
/// ```
public final class Context {
  /// The device.
  public let device: Device
  /// The kernel files: embedded ones, or those of a folder.
  public var kernelSources: KernelSources { programs.sources }
  /// The method of convolutions.
  public let convolution: ConvolutionMethod
  /// The family of its kernels for products and convolutions; never `auto`.
  public let family: KernelFamily
  /// The precision in which products and convolutions multiply.
  public let precision: Precision
  /// Whether tensor-core instructions are emulated, so that tests run them on any device
  /// (`kernels/gpu/mma_emulation.cl`).
  package var emulatesTensorCores = false
  /// The tuning of lists that are created from now on.
  public var tuning: Tuning = [:]
  /// The default variants of lists that are created from now on; an operation without an entry
  /// takes the predicted-fastest. This way a run keeps its defaults on another machine or with
  /// another version.
  public var defaultVariants: Tuning = [:]
  /// Chooses the variants of its lists' convolutions; by default the planner of its family.
  public var convolutionPlanner: any ConvolutionPlanner
  /// The memory that the context's buffers take.
  public let memory = MemoryLedger()
  /// Counts the transfers between host and device.
  public let transfers = TransferCounter()
  /// The clock that times launches: in a context for profiling the device's, until it proves
  /// unusable.
  var clock: LaunchClock

  /// The programs that are built.
  let programs: ProgramCache
  var handle: cl_context { programs.handle }
  let queue: cl_command_queue
  /// Whether launches may overtake others whose results they do not need. This is so on a CPU,
  /// where it keeps cores from going idle: an idle core sleeps and wakes late.
  let isOutOfOrder: Bool
  /// On an out-of-order queue, the events that the next command waits for: when they are complete,
  /// all commands are.
  var lastEvents: [Event] = []

  /// Opens a device.
  ///
  /// - Parameters:
  ///   - device: The device.
  ///   - kernelSources: The kernel files.
  ///   - family: The family of kernels for products and convolutions.
  ///   - precision: The precision in which these multiply.
  ///   - convolution: The method of convolutions.
  ///   - profiling: Whether `CommandList.runTimed` uses the device's clock, if the driver supports
  ///     that.
  /// - Throws: `OpenCLError` if the driver refuses.
  public convenience init(
    device: Device, kernelSources: KernelSources = .embedded,
    family: KernelFamily = .auto, precision: Precision = .float32,
    convolution: ConvolutionMethod = .auto, profiling: Bool = false
  ) throws {
    try self.init(
      ProgramCache(kernelSources, on: device), on: device, family: family, precision: precision,
      convolution: convolution, profiling: profiling)
  }

  /// Opens the device and kernels of another context again. The two contexts share the programs
  /// that either builds, and may be used from different threads. `device` is the same device,
  /// perhaps with limits.
  ///
  /// - Throws: `OpenCLError` if the driver refuses.
  package convenience init(
    sharingProgramsOf other: Context, as device: Device? = nil, family: KernelFamily = .auto,
    precision: Precision = .float32, convolution: ConvolutionMethod = .auto, profiling: Bool = false
  ) throws {
    try self.init(
      other.programs, on: device ?? other.device, family: family, precision: precision,
      convolution: convolution,
      profiling: profiling)
  }

  private init(
    _ programs: ProgramCache, on device: Device, family: KernelFamily, precision: Precision,
    convolution: ConvolutionMethod, profiling: Bool
  ) throws {
    self.programs = programs
    self.device = device
    let context = programs.handle
    self.family = family.resolved(for: device, in: precision)
    convolutionPlanner =
      self.family == .register ? RegisterConvolutions() : GroupConvolutions()
    self.precision = precision
    self.convolution = convolution
    func makeQueue(_ properties: Int32) throws -> cl_command_queue {
      try create("clCreateCommandQueue", device.name) {
        clCreateCommandQueue(context, device.id, cl_command_queue_properties(properties), $0)
      }
    }
    let timed = profiling ? try? makeQueue(CL_QUEUE_PROFILING_ENABLE) : nil
    let free =
      device.kind == .cpu && !profiling
      ? try? makeQueue(CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE) : nil
    queue = try timed ?? free ?? makeQueue(0)
    clock = timed == nil ? .host : .device
    isOutOfOrder = free != nil
  }

  /// Opens the device that `Devices.choose` finds for `request`; by default the best one.
  ///
  /// - Throws: `DeviceError` if there is none; `OpenCLError` if the driver refuses.
  public convenience init(_ request: String? = nil) throws {
    try self.init(device: try Devices.choose(request, from: try Devices.all()))
  }

  deinit {
    clFinish(queue)
    lastEvents = []
    clReleaseCommandQueue(queue)
  }

  /// Adds a kernel file, whose kernels lists can then launch.
  ///
  /// - Throws: `KernelSourceError` if the library, or an earlier call, has another file of that
  ///   name.
  public func add(_ source: KernelSource) throws { try programs.add(source) }

  /// Hands everything enqueued to the device without waiting.
  public func flush() throws { try check(clFlush(queue), "clFlush", device.name) }
}
