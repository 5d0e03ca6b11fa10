import Foundation
import GPUTensor
import Reference

/// The devices, asked for once: NOTE: ICD loaders do not take their first call from two threads.
public let testDevices: Result<[Device], any Error> = Result {
  DriverEnvironment.prepare()
  return try Devices.all()
}

/// The kernels that tests run where they do not say: those of the folder `GPUTRAIN_TEST_KERNELS`, or the
/// embedded ones.
public let testKernels: KernelSources =
  ProcessInfo.processInfo.environment["GPUTRAIN_TEST_KERNELS"].map { .folder($0) } ?? .embedded

/// A context on the device that all tests run on: `GPUTRAIN_DEVICE`, or the one `train` would choose.
public func testContext(
  kernelSources: KernelSources = testKernels, family: KernelFamily = .auto,
  precision: Precision = .float32, convolution: ConvolutionMethod = .auto, profiling: Bool = false
) throws -> Context {
  let device = try Devices.choose(nil, from: try testDevices.get())
  let context = try Context(
    device: device, kernelSources: kernelSources, family: family, precision: precision,
    convolution: convolution, profiling: profiling)
  // The instructions of tensor cores are few devices'; all else of their kernels runs everywhere.
  context.emulatesTensorCores = !device.isNVIDIA
  return context
}

/// What `record` records on a context, where every operation is done in the way that `pick` picks from its ways, or in the
/// usual one.
public func recorded<Recording>(
  on context: Context, picking pick: ([String]) -> String?,
  operations: (Recording) -> [String: [String]], _ record: () throws -> Recording
) rethrows -> Recording {
  context.tuning = operations(try record()).compactMapValues(pick)
  defer { context.tuning = [:] }
  return try record()
}

/// Numbers like those of a network: standard normals from the reference, rounded to floats.
public func normals(_ count: Int, seed: UInt64) -> [Float] {
  (0..<count).map {
    Float(ReferenceRandom.normal(seed: seed, stream: 99, step: 0, element: $0))
  }
}

extension Tensor {
  /// A tensor with these elements.
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
  /// The reference's name for the same function.
  public var reference: ReferenceActivation {
    switch self {
    case .identity: .identity
    case .relu: .relu
    case .leakyReLU: .leakyReLU
    case .tanh: .tanh
    case .sigmoid: .sigmoid
    }
  }
}
