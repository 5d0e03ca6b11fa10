/// A kernel's argument, in the order of its signature.
public enum KernelArgument {
  /// A `__global` pointer.
  case tensor(Tensor)
  /// A value of 32 bits, or a vector of them.
  case words([UInt32])

  /// An `int`.
  public static func int(_ value: Int) -> KernelArgument {
    .words([UInt32(bitPattern: Int32(value))])
  }
  /// A `uint`.
  public static func uint(_ value: UInt32) -> KernelArgument { .words([value]) }
  /// A `uint2`: a 64-bit number, low word first.
  public static func uint2(_ value: UInt64) -> KernelArgument {
    .words([UInt32(truncatingIfNeeded: value), UInt32(value >> 32)])
  }
  /// A `float`.
  public static func float(_ value: Float) -> KernelArgument { .words([value.bitPattern]) }

  /// The bytes of a tensor.
  var bytes: Int {
    if case .tensor(let tensor) = self { tensor.count * tensor.elementType.size } else { 0 }
  }
}

/// The work-items of a launch.
public enum WorkRange {
  /// Work-items in each dimension, in groups of this size. If it is nil, a group has one work-item
  /// on a CPU, and the driver chooses on other devices.
  ///
  /// NOTE: POCL would choose few large groups and leave a core idle (measured: Adam takes 1.6 times
  /// as long). It also compiles a kernel again for each group size.
  case items([Int], group: [Int]? = nil)
  /// Work-groups of one work-item, which claim this many items from a shared counter, the kernel's
  /// first argument (`CLAIM_ITEM` in `kernels/cpu/register_tile.cl`). Twice as many groups as items
  /// are launched.
  case claimed(Int)
}

/// The least work of a launch, for rates in profiles.
public struct LaunchCost {
  /// Floating-point operations; a fused multiply-add counts two.
  let flops: Int
  /// Bytes of memory read and written, each once; nil for the size of all tensors.
  let bytes: Int?

  /// Creates a cost; `bytes` of nil is the size of all tensors.
  public init(flops: Int = 0, bytes: Int? = nil) {
    self.flops = flops
    self.bytes = bytes
  }
}

/// A launch of a kernel: its arguments, its range, and its place in a step.
public struct Launch {
  /// The kernel and its build options.
  public let variant: KernelVariant
  /// Its arguments.
  public internal(set) var arguments: [KernelArgument]
  /// Work-items in each dimension.
  public let global: [Int]
  /// Work-items of a group in each dimension; nil if the driver chooses.
  public let local: [Int]?
  /// The operation and its place, such as `decoder.0.forward`.
  public let label: String
  /// The part of a step that it belongs to, such as `optimizer`.
  public let phase: String
  /// The operation that it is a part of, with its shape: a key of `CommandList.variants`; nil if
  /// the operation has no variants.
  public let tunable: String?
  /// Floating-point operations; a fused multiply-add counts two.
  public let flops: Int
  /// Bytes of memory read and written, each once.
  public let bytes: Int
}
