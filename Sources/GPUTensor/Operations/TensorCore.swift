/// The error for a precision that a device does not support.
public struct PrecisionError: Error, CustomStringConvertible, Equatable {
  /// The device.
  public let device: String
  /// The requested precision.
  public let precision: Precision

  /// One line: what is missing and what to do.
  public var description: String {
    """
    \(device) cannot compute in \(precision): that takes the tensor cores of an NVIDIA GPU of \
    compute capability 8.0 or more; leave out --precision and --kernels, or choose another --device
    """
  }
}

extension GroupTile {
  /// The tiles for products on tensor cores, with 16 × 16 to 64 × 32 per warp.
  static let tensorCoreTable = [
    GroupTile(rows: 128, columns: 128, depth: 16, itemRows: 8, itemColumns: 8, efficiency: 1),
    GroupTile(rows: 128, columns: 64, depth: 16, itemRows: 4, itemColumns: 8, efficiency: 0.8),
    GroupTile(rows: 64, columns: 64, depth: 16, itemRows: 4, itemColumns: 8, efficiency: 0.7),
    GroupTile(rows: 128, columns: 32, depth: 16, itemRows: 4, itemColumns: 8, efficiency: 0.6),
    GroupTile(rows: 32, columns: 32, depth: 16, itemRows: 2, itemColumns: 4, efficiency: 0.4),
  ]
}

extension CommandList {
  /// Returns whether a product runs on tensor cores. One that is smaller than a fragment (8) in any
  /// dimension runs in float32, as in layers with one channel: most of a fragment would be padding,
  /// and memory limits the speed.
  func usesTensorCores(m: Int, n: Int, k: Int) -> Bool {
    precision != .float32 && min(m, n, k) >= 8
  }

  /// Returns the build options that make a work-group-tile kernel use tensor cores. It reads
  /// `lanes` floats at once.
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
  /// Checks that the device supports the context's precision: its driver must be NVIDIA's and
  /// compile a kernel for tensor cores.
  ///
  /// - Throws: `PrecisionError` if it does not; `OpenCLError`.
  public func checkPrecision() throws {
    guard precision != .float32, !emulatesTensorCores else { return }
    let refusal = PrecisionError(device: device.name, precision: precision)
    guard device.isNVIDIA else { throw refusal }
    let list = CommandList(self)
    let operand = Tensor(self, [8, 8], label: "probe")
    list.gemmTN(
      "probe", operand, operand, into: operand, columnSums: Tensor(self, [8], label: "probe"))
    do {
      _ = try Program(Array([list].kernels), from: KernelFiles(.embedded), on: device, in: handle)
    } catch is KernelBuildError {
      throw refusal
    }
  }
}
