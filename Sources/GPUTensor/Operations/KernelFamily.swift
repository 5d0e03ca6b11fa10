/// The family of kernels for products and convolutions. Each has its own order of summation.
public enum KernelFamily: String, CaseIterable, Sendable {
  /// The default for the device and the precision.
  case auto
  /// Register tiles, for CPUs: each work-item computes tiles alone
  /// (`kernels/cpu/register_tile.cl`).
  case register
  /// Work-group tiles in local memory, for GPUs (`kernels/gpu/group_tile.cl`).
  case workgroup
  /// Work-group tiles on NVIDIA's tensor cores, for the precisions that they support
  /// (`kernels/gpu/tensor_core.cl`).
  case tensorcore

  /// Returns this family or, for `auto`, the default family of a device and precision.
  public func resolved(for device: Device, in precision: Precision) -> KernelFamily {
    guard self == .auto else { return self }
    guard precision == .float32 else { return .tensorcore }
    return device.kind == .cpu ? .register : .workgroup
  }
}
