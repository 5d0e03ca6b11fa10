import COpenCL

/// One device with its OpenCL context and its queue: what all tensors and programs belong to.
///
/// A context is used from one thread. Whatever is enqueued runs in the order of the calls, as far
/// as results show.
public final class Context {
  /// The device that it computes on.
  public let device: Device
  /// Where kernel sources are read from: a folder, or the program itself.
  public let kernelSources: KernelSources
  /// How convolutions are computed.
  public let convolution: ConvolutionMethod
  /// The form of its products and convolutions; never `auto`.
  public let family: KernelFamily
  /// What they round to before they multiply.
  public let precision: Precision
  /// For tests: whether instructions of tensor cores are emulated (`kernels/gpu/mma_emulation.cl`),
  /// which every device can do.
  package var emulatesTensorCores = false
  /// How the operations of lists are done that are recorded from now on.
  public var tuning: Tuning = [:]
  /// Default variants of operations that the tuning does not name, if they differ from the
  /// predicted-fastest here: those of a run that began on another machine or with another version.
  package var usualWays: Tuning = [:]
  /// What the context's buffers take.
  public let memory = MemoryLedger()
  /// Counts what passes between host and device.
  public let transfers = TransferCounter()
  /// The clock that times launches: the device's in a context for profiling, until that proves
  /// useless.
  var clock: LaunchClock

  /// What was built of the kernels.
  let programs: ProgramCache
  let handle: cl_context
  let queue: cl_command_queue
  /// Whether launches may overtake others whose results they do not need. So on a CPU, on which an
  /// idle core sleeps and wakes late.
  let isOutOfOrder: Bool
  /// On an out-of-order queue, the ends of all that is enqueued; the next command waits for them.
  var lastEvents: [Event] = []

  /// Opens a device.
  ///
  /// - Parameter profiling: whether the device's clock is to time launches
  ///   (`CommandList.runTimed`), where the driver can.
  /// - Throws: `OpenCLError` where the driver refuses.
  public init(
    device: Device, kernelSources: KernelSources = .embedded,
    family: KernelFamily = .auto, precision: Precision = .float32,
    convolution: ConvolutionMethod = .auto, profiling: Bool = false
  ) throws {
    self.device = device
    self.kernelSources = kernelSources
    programs = ProgramCache(kernelSources)
    self.family = family.resolved(for: device, in: precision)
    self.precision = precision
    self.convolution = convolution
    var id: cl_device_id? = device.id
    let context = try create("clCreateContext", device.name) {
      clCreateContext(nil, 1, &id, nil, nil, $0)
    }
    func makeQueue(_ properties: Int32) throws -> cl_command_queue {
      try create("clCreateCommandQueue", device.name) {
        clCreateCommandQueue(context, device.id, cl_command_queue_properties(properties), $0)
      }
    }
    do {
      let timed = profiling ? try? makeQueue(CL_QUEUE_PROFILING_ENABLE) : nil
      let free =
        device.kind == .cpu && !profiling
        ? try? makeQueue(CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE) : nil
      queue = try timed ?? free ?? makeQueue(0)
      clock = timed == nil ? .host : .device
      isOutOfOrder = free != nil
    } catch {
      clReleaseContext(context)
      throw error
    }
    handle = context
  }

  /// Opens the device that `request` names, as `Devices.choose` does; by default the best one.
  ///
  /// - Throws: `DeviceError` if there is none; `OpenCLError` if the driver refuses.
  public convenience init(_ request: String? = nil) throws {
    try self.init(device: try Devices.choose(request, from: try Devices.all()))
  }

  deinit {
    clFinish(queue)
    lastEvents = []
    clReleaseCommandQueue(queue)
    clReleaseContext(handle)
    if device.compilesAtLaunch { DriverEnvironment.cache?.seal() }
  }

  /// Hands everything enqueued to the device without waiting.
  public func flush() throws { try check(clFlush(queue), "clFlush", device.name) }
}
