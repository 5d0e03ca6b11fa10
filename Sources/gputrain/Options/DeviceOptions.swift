import ArgumentParser
import Files
import GPUTensor
import Models

/// Which device runs the work, and with which kernels.
struct DeviceOptions: ParsableArguments {
  @Option(
    help: """
      The device: an index P:D, gpu, cpu or part of a name. (default: GPUTRAIN_DEVICE, else the \
      first GPU, else a CPU)
      """)
  var device: String?

  @Option(help: "A folder of kernel files to use in place of the embedded ones.")
  var kernelDir: String?

  @Option(
    help: """
      The form of products and convolutions: auto, register (for CPUs) or workgroup (for GPUs). \
      (default: auto, the one for the device)
      """)
  var kernels: KernelFamily?

  /// Opens the device and says which it is.
  ///
  /// - Parameters:
  ///   - convolution: how training computes convolutions.
  ///   - profiling: whether kernels are timed.
  /// - Throws: `DeviceError`, `OpenCLError`; `InputError` for a folder of kernels that is not there; `UsageError` for a
  ///   method that the kernels have not.
  func openContext(
    convolution: ConvolutionMethod = .auto, profiling: Bool = false
  ) throws -> Context {
    var sources = KernelSources.embedded
    if let kernelDir {
      guard isFolder(kernelDir) else {
        throw InputError(description: "--kernel-dir \(kernelDir) is not a folder")
      }
      sources = .folder(kernelDir)
    }
    let request = device ?? DriverEnvironment.requestedDevice
    let chosen = try Devices.choose(request, from: try Devices.all())
    StandardError.print("device: \(chosen)")
    let family = (kernels ?? .auto).resolved(for: chosen)
    guard family == .register || convolution != .winograd else {
      throw UsageError(
        description: "--convolution winograd needs --kernels register; leave one of them out")
    }
    return try Context(
      device: chosen, kernelSources: sources, family: family, convolution: convolution,
      profiling: profiling)
  }
}

/// The device of a training, and which kernels it trains with.
struct TrainingDeviceOptions: ParsableArguments {
  @OptionGroup var device: DeviceOptions

  @Option(help: "How convolutions are computed: auto, direct or winograd. (default: auto)")
  var convolution: ConvolutionMethod?

  @Flag(help: "Leave out what `tune` has found.")
  var noTuning = false

  /// What `tune` has found for a model's training, where it is wanted: what a run was begun with, or what is known now.
  ///
  /// - Throws: `KernelSourceError`.
  func tuning(
    of model: any GenerativeModel.Type, on context: Context, goingOnWith begun: RunRecord? = nil
  ) throws -> Tuning {
    guard !noTuning else { return [:] }
    return try begun?.tuning ?? TuningFile(model, on: context).loaded().ways
  }

  /// Opens the device and says which it is; nothing is tuned yet.
  ///
  /// - Parameter profiling: whether kernels are timed.
  /// - Throws: as `DeviceOptions.openContext`.
  func openContext(profiling: Bool = false) throws -> Context {
    try device.openContext(convolution: convolution ?? .auto, profiling: profiling)
  }

  /// The options with what they leave open as a run was begun. Its device is not asked for where it is not there any
  /// more.
  func filled(from begun: RunRecord?) throws -> TrainingDeviceOptions {
    var options = self
    options.convolution =
      convolution ?? begun.flatMap { ConvolutionMethod(rawValue: $0.convolution) }
    options.device.kernels =
      device.kernels ?? begun.flatMap { KernelFamily(rawValue: $0.kernels) }
    if let folder = begun?.kernelDir, device.kernelDir == nil {
      // What runs is never taken from a file.
      throw UsageError(description: "the run uses --kernel-dir \(folder): name it again")
    }
    if device.device == nil, let name = begun?.device,
      try Devices.all().contains(where: { $0.name == name })
    {
      options.device.device = name
    }
    return options
  }
}

extension ConvolutionMethod: ExpressibleByArgument {}
extension KernelFamily: ExpressibleByArgument {}
