/// The form that products and convolutions take; each sums in an order of its own.
public enum KernelFamily: String, CaseIterable, Sendable {
  /// The one for the kind of device.
  case auto
  /// A work-item works alone, on a tile in vector registers: for CPUs (`kernels/register_tile.cl`).
  case register
  /// A work-group shares a tile in local memory: for GPUs (`kernels/group_tile.cl`).
  case workgroup

  /// The family that a device is given.
  public func resolved(for device: Device) -> KernelFamily {
    guard self == .auto else { return self }
    return device.kind == .cpu ? .register : .workgroup
  }
}
