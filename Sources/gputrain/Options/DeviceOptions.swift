import ArgumentParser
import Files
import Foundation
import GPUTensor
import GenerativeModels

/// Which device runs the work, and with which kernels.
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
      The form of products and convolutions: auto, register (for CPUs), workgroup (for GPUs) or tensorcore \
      (NVIDIA's, for training). (default: auto, the one for the device)
      """)
  var kernels: KernelFamily?

  /// Opens the device and says which it is.
  ///
  /// - Parameters:
  ///   - convolution: how training computes convolutions.
  ///   - precision: what it computes them in; whatever else is computed is so in float32.
  ///   - profiling: whether kernels are timed.
  /// - Throws: `DeviceError`, `OpenCLError`; `InputError` for a folder of kernels that is not there; `UsageError` for a
  ///   method or a precision that the kernels have not.
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
          --kernels \(family.rawValue) cannot compute in \(precision.rawValue): tensorcore goes with --precision tf32 \
          or bf16, and the others with float32
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

/// What training, and whatever measures it, computes products and convolutions in.
struct PrecisionOptions: ParsableArguments {
  @Option(
    help: """
      What products and convolutions round to before they multiply: float32, or on tensor cores tf32 or bf16. \
      (default: float32; tf32 with --kernels tensorcore)
      """)
  var precision: Precision?

  /// The precision, where these kernels are asked for.
  func resolved(with kernels: KernelFamily?) -> Precision {
    precision ?? (kernels == .tensorcore ? .tf32 : .float32)
  }
}

/// The device of a training, and which kernels it trains with.
struct TrainingDeviceOptions: ParsableArguments {
  @OptionGroup var device: DeviceOptions

  @OptionGroup var precision: PrecisionOptions

  @Option(help: "How convolutions are computed: auto, direct or winograd. (default: auto)")
  var convolution: ConvolutionMethod?

  @Flag(help: "Leave out what `tune` has found.")
  var noTuning = false

  /// Takes up what `tune` has found for a model's training, where it is wanted; a run that goes on keeps the ways that
  /// it was begun with.
  ///
  /// - Throws: `KernelSourceError`.
  func tune(
    _ context: Context, for model: any GenerativeModel, goingOnWith begun: RunRecord? = nil
  ) throws {
    context.usualWays = begun?.ways ?? [:]
    context.tuning =
      noTuning ? [:] : try begun?.tuning ?? TuningFile(model, on: context).loaded().ways
  }

  /// Opens the device and says which it is; nothing is tuned yet.
  ///
  /// - Parameter profiling: whether kernels are timed.
  /// - Throws: as `DeviceOptions.openContext`.
  func openContext(profiling: Bool = false) throws -> Context {
    try device.openContext(
      convolution: convolution ?? .auto, precision: precision.resolved(with: device.kernels),
      profiling: profiling)
  }

  /// The options with what they and `GPUTRAIN_DEVICE` leave open as a run was begun. Its device is
  /// not asked for where it is not there any more.
  func filled(from begun: RunRecord?) throws -> TrainingDeviceOptions {
    var options = self
    options.convolution =
      convolution ?? begun.flatMap { ConvolutionMethod(rawValue: $0.convolution) }
    // One of these, where the other is given, would contradict it; that the run is another then is found later.
    if device.kernels == nil, precision.precision == nil {
      options.device.kernels = begun.flatMap { KernelFamily(rawValue: $0.kernels) }
      options.precision.precision = begun?.precision.flatMap { Precision(rawValue: $0) }
    }
    if let folder = begun?.kernelDir, device.kernelDir == nil {
      // What runs is never taken from a file.
      throw UsageError(description: "the run uses --kernel-dir \(folder): name it again")
    }
    let request = device.device ?? DriverEnvironment.requestedDevice ?? ""
    if request.isEmpty, let begun {
      let named = try AbruptEnd.openDevices().devices.filter { $0.name == begun.device }
      // Another platform may offer the same device.
      let own = named.first { $0.platform == begun.platform } ?? named.first
      options.device.device = own?.index
    }
    return options
  }
}

extension ConvolutionMethod: ExpressibleByArgument {}
extension KernelFamily: ExpressibleByArgument {}
extension Precision: ExpressibleByArgument {}
