import Foundation
import GPUTensor
import Reference

/// The devices. NOTE: a global, because ICD loaders do not support a first call from two threads.
public let testDevices: Result<[Device], any Error> = Result {
  DriverEnvironment.prepare()
  return try Devices.all()
}

/// The default kernels of tests: those in the folder `GPUTRAIN_TEST_KERNELS`, or the embedded ones.
public let testKernels: KernelSources =
  ProcessInfo.processInfo.environment["GPUTRAIN_TEST_KERNELS"].map { .folder($0) } ?? .embedded

/// The context whose programs all tests with the default kernels share, so that a process compiles
/// a kernel once. NOTE: nothing else of it is used, which is what threads may share.
nonisolated(unsafe) private let programs = Result {
  try Context(
    device: try Devices.choose(nil, from: try testDevices.get()), kernelSources: testKernels)
}

/// Makes a context on the device of all tests: `GPUTRAIN_DEVICE`, or the one that `train` would
/// use.
///
/// - Parameters:
///   - kernelSources: Other kernels than those of all tests.
///   - limits: The most memory of the device, and in a buffer, in bytes.
public func testContext(
  kernelSources: KernelSources? = nil, family: KernelFamily = .auto,
  precision: Precision = .float32, convolution: ConvolutionMethod = .auto, profiling: Bool = false,
  limits: (memory: Int, buffer: Int) = (.max, .max)
) throws -> Context {
  let shared = try programs.get()
  let device = shared.device.limited(memory: limits.memory, buffer: limits.buffer)
  let context =
    if let kernelSources {
      try Context(
        device: device, kernelSources: kernelSources, family: family, precision: precision,
        convolution: convolution, profiling: profiling)
    } else {
      try Context(
        sharingProgramsOf: shared, as: device, family: family, precision: precision,
        convolution: convolution,
        profiling: profiling)
    }
  // Few devices have tensor core instructions; everything else in their kernels runs everywhere.
  context.emulatesTensorCores = !context.device.isNVIDIA
  return context
}

/// Returns what `record` records on a context. `pick` picks each operation's variant; nil selects
/// the default.
public func recorded<Recording>(
  on context: Context, picking pick: ([String]) -> String?,
  variants: (Recording) -> [String: [String]], _ record: () throws -> Recording
) rethrows -> Recording {
  context.tuning = variants(try record()).compactMapValues(pick)
  defer { context.tuning = [:] }
  return try record()
}

/// Returns numbers like those of a network: standard normals from the reference, rounded to floats.
public func normals(_ count: Int, seed: UInt64) -> [Float] {
  (0..<count).map {
    Float(ReferenceRandom.normal(seed: seed, stream: 99, step: 0, element: $0))
  }
}

extension Tensor {
  /// Makes a tensor with these elements.
  public init(_ context: Context, _ shape: [Int], _ elements: [Float], label: String = "test")
    throws
  {
    self.init(context, shape, label: label)
    try write(elements)
  }
}

extension [Float] {
  public var doubles: [Double] { map(Double.init) }
}

extension Activation {
  /// Every kind of activation.
  public static let all: [Activation] = [
    .identity, .relu, .leakyReLU, .leaky(slope: 0.01), .tanh, .sigmoid,
  ]

  /// The reference's name for the same function.
  public var reference: ReferenceActivation {
    switch self {
    case .identity: .identity
    case .relu: .relu
    case .leaky(let slope): .leaky(slope: Double(slope))
    case .tanh: .tanh
    case .sigmoid: .sigmoid
    }
  }
}
