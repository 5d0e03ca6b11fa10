/// The use of device memory.
public enum MemoryKind: String, CaseIterable, Sendable {
  /// The images of the data set.
  case images
  /// Weights and biases.
  case parameters
  /// The gradients of weights and biases.
  case gradients
  /// The optimizer's moments.
  case moments
  /// The outputs of layers.
  case activations
  /// The gradients of the outputs of layers.
  case activationGradients = "activation gradients"
  /// Everything else: packed operands, partial sums, losses.
  case workspaces
}

/// The error for a model that needs more memory than its device has.
public struct DeviceMemoryError: Error, CustomStringConvertible, Equatable {
  /// One line: the memory needed, the device's memory, and what to do.
  public let description: String
}

/// The device memory that is requested now, and its peak.
public final class MemoryLedger {
  /// The bytes requested now, by their use.
  public private(set) var kinds: [MemoryKind: Int] = [:]
  /// The number of buffers requested now, by their size in bytes.
  private var sizes: [Int: Int] = [:]
  /// The largest buffer that is requested now, in bytes.
  public var largest: Int { sizes.keys.max() ?? 0 }
  /// The most bytes that were requested at once.
  public private(set) var peak = 0

  /// The bytes requested now.
  public var current: Int { kinds.values.reduce(0, +) }

  func add(_ bytes: Int, _ kind: MemoryKind) {
    kinds[kind, default: 0] += bytes
    sizes[bytes, default: 0] += 1
    peak = max(peak, current)
  }

  func remove(_ bytes: Int, _ kind: MemoryKind) {
    kinds[kind, default: 0] -= bytes
    let rest = sizes[bytes, default: 0] - 1
    sizes[bytes] = rest > 0 ? rest : nil
  }

  /// Compares the requested memory with a device's.
  ///
  /// - Throws: `DeviceMemoryError` if it is too much.
  package func check(_ device: Device) throws {
    try Self.check(all: current, largest: largest, of: device)
  }

  /// Compares a model's memory, in bytes for all buffers and for the largest one, with a device's.
  ///
  /// - Throws: `DeviceMemoryError` if it is too much.
  package static func check(all: Int, largest: Int, of device: Device) throws {
    func mebibytes(_ bytes: Int) -> String { "\(bytes >> 20) MiB" }
    if all > device.memory {
      throw DeviceMemoryError(
        description: """
          \(mebibytes(all)) of device memory are needed, and \(device.name) has \
          \(mebibytes(device.memory)): try a smaller batch or another --device
          """)
    }
    if largest > device.maximumAllocation {
      throw DeviceMemoryError(
        description: """
          a buffer of \(mebibytes(largest)) is needed, and \(device.name) allows \
          \(mebibytes(device.maximumAllocation)): try a smaller batch or another --device
          """)
    }
  }
}
