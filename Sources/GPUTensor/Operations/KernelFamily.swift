/// The form that products and convolutions take; each sums in an order of its own.
public enum KernelFamily: String, CaseIterable, Sendable {
  /// The one for the kind of device.
  case auto
  /// A work-item works alone, on a tile in vector registers: for CPUs (`kernels/cpu/register_tile.cl`).
  case register
  /// A work-group shares a tile in local memory: for GPUs (`kernels/gpu/group_tile.cl`).
  case workgroup
  /// The same with NVIDIA's tensor cores, for the precisions that they have (`kernels/gpu/tensor_core.cl`).
  case tensorcore

  /// The family that a device is given.
  public func resolved(for device: Device, in precision: Precision) -> KernelFamily {
    guard self == .auto else { return self }
    guard precision == .float32 else { return .tensorcore }
    return device.kind == .cpu ? .register : .workgroup
  }
}
