import ArgumentParser
import Files
import Foundation
import GPUTensor
import GenerativeModels

/// The device that does the work, and its kernels.
struct DeviceOptions: ParsableArguments {
  @Option(
    help: """
      The device: an index P:D, gpu, cpu or part of a name. (default: GPUTRAIN_DEVICE, else the \
      first GPU, else a CPU)
      """, completion: .device)
  var device: String?

  @Option(
    help: "A folder of kernel files to use in place of the embedded ones.", completion: .directory)
  var kernelDir: String?

  @Option(
    help: """
      The form of products and convolutions: auto, register (for CPUs), workgroup (for GPUs) or \
      tensorcore (NVIDIA's, for training). (default: auto, the one for the device)
      """)
  var kernels: KernelFamily?

  /// Opens the device and prints which it is.
  ///
  /// - Parameters:
  ///   - convolution: How training computes convolutions.
  ///   - precision: The precision of products and convolutions; the rest is in float32.
  ///   - profiling: Whether kernels are timed.
  /// - Throws: `DeviceError`, `OpenCLError`; `InputError` if the folder of kernels does not exist;
  ///   `UsageError` if the kernels do not support the method or the precision.
  func openContext(
    convolution: ConvolutionMethod = .auto, precision: Precision = .float32, profiling: Bool = false
  ) throws -> Context {
    var sources = KernelSources.embedded
    if let kernelDir {
      guard isFolder(kernelDir) else {
        throw InputError(description: "--kernel-dir \(kernelDir) is not a folder")
      }
      sources = .folder(kernelDir)
    }
    let chosen = try Devices.choose(device, from: try AbruptEnd.openDevices().devices)
    StandardError.print("device: \(chosen)")
    AbruptEnd.expect(
      while: "compiled or ran kernels",
      cache: chosen.compilesAtLaunch ? DriverEnvironment.cache : nil)
    if chosen.compilesAtLaunch, let note = DriverEnvironment.cacheNote {
      StandardError.note(note)
    }
    let family = (kernels ?? .auto).resolved(for: chosen, in: precision)
    guard (family == .tensorcore) == (precision != .float32) else {
      throw UsageError(
        description: """
          --kernels \(family.rawValue) cannot compute in \(precision.rawValue): tensorcore needs \
          --precision tf32 or bf16, and the others need float32
          """)
    }
    guard family == .register || convolution != .winograd else {
      throw UsageError(
        description: "--convolution winograd needs --kernels register; leave one of them out")
    }
    let context = try Context(
      device: chosen, kernelSources: sources, family: family, precision: precision,
      convolution: convolution, profiling: profiling)
    context.emulatesTensorCores =
      ProcessInfo.processInfo.environment["GPUTRAIN_TEST_TENSOR_CORES"] == "emulated"
    return context
  }
}

/// The precision of products and convolutions in training.
struct PrecisionOptions: ParsableArguments {
  @Option(
    help: """
      What products and convolutions round to before they multiply: float32, or on tensor cores \
      tf32 or bf16. (default: float32; tf32 with --kernels tensorcore)
      """)
  var precision: Precision?

  /// The precision for the kernels that are asked for.
  func resolved(with kernels: KernelFamily?) -> Precision {
    precision ?? (kernels == .tensorcore ? .tf32 : .float32)
  }
}

/// The device of a training and the kernels that it uses.
struct TrainingDeviceOptions: ParsableArguments {
  @OptionGroup var device: DeviceOptions

  @OptionGroup var precision: PrecisionOptions

  @Option(help: "How convolutions are computed: auto, direct or winograd. (default: auto)")
  var convolution: ConvolutionMethod?

  @Flag(help: "Ignore the variants that `tune` has found.")
  var noTuning = false

  /// Applies the variants that `tune` has found for a model, unless the options forbid it.
  ///
  /// - Throws: `KernelSourceError`.
  func tune(_ context: Context, for model: any GenerativeModel) throws {
    context.tuning = noTuning ? [:] : try TuningFile(model, on: context).loaded().variants
  }

  /// Opens the device and prints which it is. Nothing is tuned yet.
  ///
  /// - Parameter profiling: Whether kernels are timed.
  /// - Throws: What `DeviceOptions.openContext` throws.
  func openContext(profiling: Bool = false) throws -> Context {
    try device.openContext(
      convolution: convolution ?? .auto, precision: precision.resolved(with: device.kernels),
      profiling: profiling)
  }

  /// Sets the settings that the options and `GPUTRAIN_DEVICE` give.
  func fill(_ settings: inout RunSettings) {
    settings.device = requestedDevice ?? settings.device
    settings.kernelDir = device.kernelDir ?? settings.kernelDir
    settings.convolution = convolution?.rawValue ?? settings.convolution
    // Each of these may contradict a default or recorded value of the other.
    if device.kernels != nil || precision.precision != nil {
      settings.kernels = (device.kernels ?? .auto).rawValue
      settings.precision = precision.precision?.rawValue
    }
    if noTuning { settings.tuning = [:] }
  }

  /// Opens the device of a run and prints which it is. A resumed run gets its own device back, or
  /// the default one if that is gone, unless another was requested.
  ///
  /// - Parameters:
  ///   - settings: The run's settings, which the options have filled.
  ///   - begun: The record of the run to resume; nil for a new run.
  /// - Throws: What `DeviceOptions.openContext` throws; `UsageError` if the run to resume has a
  ///   folder of kernels and the options name none.
  func openContext(for settings: RunSettings, resuming begun: RunRecord?) throws -> Context {
    // What runs is never taken from a file.
    if let folder = begun?.settings.kernelDir, device.kernelDir == nil {
      throw UsageError(description: "the run uses --kernel-dir \(folder): name it again")
    }
    var options = self
    options.device.device = try requestedDevice ?? begun?.ownDevice()
    options.device.kernels = KernelFamily(rawValue: settings.kernels)
    options.precision.precision = settings.precision.flatMap(Precision.init)
    options.convolution = ConvolutionMethod(rawValue: settings.convolution)
    return try options.openContext()
  }

  /// The device that the user asked for; nil for any.
  private var requestedDevice: String? {
    let request = device.device ?? DriverEnvironment.requestedDevice ?? ""
    return request.isEmpty ? nil : request
  }
}

extension RunRecord {
  /// The index of the run's device; nil if it is gone.
  ///
  /// Of several devices of that name, it is the one in the same place. If the driver gives no
  /// places, or that one is gone, it is one of the same platform, if possible with the same index.
  ///
  /// - Throws: `OpenCLError`.
  fileprivate func ownDevice() throws -> String? {
    let named = try AbruptEnd.openDevices().devices.filter { $0.name == settings.device }
    func likeness(_ device: Device) -> Int {
      let isThere = device.place != nil && device.place == provenance.devicePlace
      let isOfPlatform = device.platform == provenance.platform
      let isAtIndex = device.index == provenance.deviceIndex
      return (isThere ? 4 : 0) + (isOfPlatform ? 2 : 0) + (isAtIndex ? 1 : 0)
    }
    let most = named.map(likeness).max()
    return named.first { likeness($0) == most }?.index
  }
}

extension ConvolutionMethod: ExpressibleByArgument {}
extension KernelFamily: ExpressibleByArgument {}
extension Precision: ExpressibleByArgument {}
