/// What device memory is for.
public enum MemoryKind: String, CaseIterable, Sendable {
  /// The data set.
  case images
  /// Weights and biases.
  case parameters
  /// Their gradients.
  case gradients
  /// The optimizer's.
  case moments
  /// What layers give, forward.
  case activations
  /// The gradients in that.
  case activationGradients = "activation gradients"
  /// All else: packed operands, partial sums, losses.
  case workspaces
}

/// A model that needs more memory than its device has.
public struct DeviceMemoryError: Error, CustomStringConvertible, Equatable {
  /// One line: what is needed, what there is, what to do.
  public let description: String
}

/// How much device memory is asked for, and how much was at most.
public final class MemoryLedger {
  /// Bytes asked for now, by what they are for.
  public private(set) var kinds: [MemoryKind: Int] = [:]
  /// The largest buffer that was ever asked for, in bytes.
  public private(set) var largest = 0
  /// The most bytes that were asked for at once.
  public private(set) var peak = 0

  /// Bytes asked for now.
  public var current: Int { kinds.values.reduce(0, +) }

  func add(_ bytes: Int, _ kind: MemoryKind) {
    kinds[kind, default: 0] += bytes
    largest = max(largest, bytes)
    peak = max(peak, current)
  }

  func remove(_ bytes: Int, _ kind: MemoryKind) { kinds[kind, default: 0] -= bytes }

  /// Compares what is asked for with what a device has.
  ///
  /// - Throws: `DeviceMemoryError` if it is too much.
  package func check(_ device: Device) throws {
    try Self.check(all: current, largest: largest, of: device)
  }

  /// Compares what a model needs, in bytes in all and for its largest buffer, with what a device
  /// has.
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
