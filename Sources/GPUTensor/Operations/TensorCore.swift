/// The error that a device does not support a precision.
public struct PrecisionError: Error, CustomStringConvertible, Equatable {
  /// The device.
  public let device: String
  /// The requested precision.
  public let precision: Precision

  /// One line: what is missing and what to do.
  public var description: String {
    """
    \(device) cannot compute in \(precision): that takes the tensor cores of an NVIDIA GPU of compute capability 8.0 or \
    more; leave --precision and --kernels out, or choose another --device
    """
  }
}

extension GroupTile {
  /// The tiles to choose from on tensor cores: warps of 16 × 8 to 64 × 32.
  static let tensorCoreTable = [
    GroupTile(rows: 128, columns: 128, depth: 16, itemRows: 8, itemColumns: 8, efficiency: 1),
    GroupTile(rows: 128, columns: 64, depth: 16, itemRows: 4, itemColumns: 8, efficiency: 0.8),
    GroupTile(rows: 64, columns: 64, depth: 16, itemRows: 4, itemColumns: 8, efficiency: 0.7),
    GroupTile(rows: 128, columns: 32, depth: 16, itemRows: 4, itemColumns: 8, efficiency: 0.6),
    GroupTile(rows: 32, columns: 32, depth: 16, itemRows: 2, itemColumns: 4, efficiency: 0.4),
  ]
}

extension CommandList {
  /// Whether a product runs on tensor cores. One that is shorter than a fragment (8) in any
  /// direction, as at the ends of networks with one channel, runs in float32: most of it would be
  /// padding, and it is bound by memory.
  func usesTensorCores(m: Int, n: Int, k: Int) -> Bool {
    precision != .float32 && min(m, n, k) >= 8
  }

  /// The build options that make a work-group-tile kernel use tensor cores; `lanes` floats are read
  /// at once.
  func tensorCoreOptions(lanes: Int) -> [String: String] {
    [
      "MULTIPLIER": "MMA", "PRECISION": precision.rawValue.uppercased(),
      "LANES": "\(min(2, lanes))",
      "READ_LANES": "\(lanes)", "INSTRUCTIONS": context.emulatesTensorCores ? "EMULATED" : "PTX",
    ]
  }
}

extension KernelVariant {
  /// The precision of its products.
  public var precision: Precision {
    options["PRECISION"].flatMap { Precision(rawValue: $0.lowercased()) } ?? .float32
  }
}

extension Context {
  /// Tries to compile a kernel for tensor cores where the driver is NVIDIA's.
  ///
  /// - Throws: `PrecisionError` where the device cannot compute in the context's precision;
  ///   `OpenCLError`.
  public func checkPrecision() throws {
    guard precision != .float32, !emulatesTensorCores else { return }
    let refusal = PrecisionError(device: device.name, precision: precision)
    guard device.isNVIDIA else { throw refusal }
    let list = CommandList(self)
    let operand = Tensor(self, [8, 8], label: "probe")
    list.gemmTN(
      "probe", operand, operand, into: operand, columnSums: Tensor(self, [8], label: "probe"))
    do {
      _ = try Program(Array([list].kernels), from: KernelFiles(.embedded), on: self)
    } catch is KernelBuildError {
      throw refusal
    }
  }
}
