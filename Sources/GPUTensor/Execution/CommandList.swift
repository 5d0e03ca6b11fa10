/// A kernel's argument, in the order of its signature.
public enum KernelArgument {
  /// A `__global` pointer.
  case tensor(Tensor)
  /// A value of 32 bits, or a vector of them.
  case words([UInt32])

  /// An `int`.
  static func int(_ value: Int) -> KernelArgument { .words([UInt32(bitPattern: Int32(value))]) }
  /// A `uint`.
  static func uint(_ value: UInt32) -> KernelArgument { .words([value]) }
  /// A `uint2`: a 64-bit number, low word first.
  static func uint2(_ value: UInt64) -> KernelArgument {
    .words([UInt32(truncatingIfNeeded: value), UInt32(value >> 32)])
  }
  /// A `float`.
  static func float(_ value: Float) -> KernelArgument { .words([value.bitPattern]) }

  /// The bytes of a tensor.
  var bytes: Int {
    if case .tensor(let tensor) = self { tensor.count * tensor.elementType.size } else { 0 }
  }
}

/// One kernel launch: what runs, on what, over which range, and what it stands for.
public struct Launch {
  /// The kernel and its build options.
  public let variant: KernelVariant
  /// Its arguments.
  public let arguments: [KernelArgument]
  /// Work-items in each dimension.
  public let global: [Int]
  /// Work-items of a group in each dimension; nil leaves them to the driver.
  public let local: [Int]?
  /// The operation and its place, such as `decoder.0.forward`.
  public let label: String
  /// The part of a step that it belongs to, such as `optimizer`.
  public let phase: String
  /// The operation that it is a part of, if that has several variants.
  public let operation: String?
  /// Floating-point operations that it stands for; a fused multiply-add counts two.
  public let flops: Int
  /// The least bytes of memory that it reads and writes, each once.
  public let bytes: Int
}

/// The launches of a step, recorded once, compiled once, and replayed as often as needed. Launches
/// may overlap if that does not change results.
public final class CommandList {
  /// The launches, in order.
  public private(set) var launches: [Launch] = []
  /// The context whose tensors it works on.
  public let context: Context
  /// The launches with their kernels; nil before the list is compiled.
  private var bound: [BoundLaunch]? {
    didSet { order = LaunchOrder(of: bound?.map(\.needs) ?? []) }
  }
  /// The launches that each launch waits for on an out-of-order queue.
  private(set) var order = LaunchOrder(of: [])

  /// The part of a step that is recorded from now on.
  public var phase = ""

  /// The method of its convolutions.
  let convolution: ConvolutionMethod
  /// The precision of its products and convolutions.
  let precision: Precision

  /// Its operations with several variants, and the variants, the default first.
  public private(set) var operations: [String: [String]] = [:]
  private let tuning: Tuning
  /// The one that is being recorded.
  private var operation: String?

  /// Creates an empty list; arguments that are nil are the context's.
  public init(
    _ context: Context, convolution: ConvolutionMethod? = nil, precision: Precision? = nil,
    tuning: Tuning? = nil
  ) {
    self.context = context
    self.convolution = convolution ?? context.convolution
    self.precision = precision ?? context.precision
    self.tuning = tuning ?? context.tuning
  }

  /// Records an operation in one of its variants: the tuned one, else the context's default, else
  /// the first.
  func choose<Way: CustomStringConvertible>(
    _ operation: String, among ways: [Way], record: (Way) -> Void
  ) {
    let names = ways.map(\.description)
    let usual = context.usualWays[operation].flatMap(names.firstIndex) ?? 0
    operations[operation] = [names[usual]] + names[..<usual] + names[(usual + 1)...]
    self.operation = operation
    record(ways[tuning[operation].flatMap(names.firstIndex) ?? usual])
    self.operation = nil
  }

  /// Floating-point operations of one run.
  public var flops: Int { launches.reduce(0) { $0 + $1.flops } }

  /// Appends a launch of `global` work-items in groups of `local`: by default groups of one on a
  /// CPU, and of the driver's choice on other devices. `bytes` is by default the size of all
  /// tensors.
  ///
  /// NOTE: POCL would make few large groups and leave a core idle (measured: Adam takes 1.6 times
  /// as long). It also compiles a kernel again for each group size.
  func append(
    _ label: String, _ variant: KernelVariant, global: [Int], local: [Int]? = nil, flops: Int = 0,
    bytes: Int? = nil, _ arguments: KernelArgument..., more: [KernelArgument] = []
  ) {
    let single = context.device.kind == .cpu ? global.map { _ in 1 } : nil
    let arguments = arguments + more
    launches.append(
      Launch(
        variant: variant, arguments: arguments, global: global, local: local ?? single,
        label: label, phase: phase, operation: operation, flops: flops,
        bytes: bytes ?? arguments.reduce(0) { $0 + $1.bytes }))
    bound = nil
  }

  /// Appends a launch whose work-groups claim its `items` from a shared counter, the kernel's first
  /// argument (`CLAIM_ITEM` in `kernels/cpu/register_tile.cl`). Each group has one work-item; twice
  /// as many groups as items are launched.
  func append(
    _ label: String, _ variant: KernelVariant, items: Int, flops: Int = 0,
    _ arguments: KernelArgument..., more: [KernelArgument] = []
  ) {
    let counter = Tensor(context, [1], .word, zeros: true, label: "\(label) next item")
    append(
      label, variant, global: [2 * items], local: [1], flops: flops, .tensor(counter),
      more: arguments + more)
  }

  /// Builds the kernels of several lists together, unless the context has built them already, and
  /// binds their arguments. Lists that are compiled already stay unchanged.
  ///
  /// - Throws: `DeviceMemoryError` where all tensors together are too large; `PrecisionError` where
  ///   the device has not what multiplies so; `KernelBuildError` with the compiler's words;
  ///   `KernelSourceError`; `OpenCLError`.
  public static func compile(_ lists: [CommandList]) throws {
    let lists = lists.filter { !$0.isCompiled }
    guard let context = lists.first?.context else { return }
    try context.memory.check(context.device)
    try context.checkPrecision()
    let programs = context.programs
    for group in try programs.missing(of: lists.variants, in: context.device.programCount) {
      try programs.build(group, on: context)
    }
    for list in lists {
      list.bound = try list.launches.map { try BoundLaunch($0, from: programs) }
    }
  }

  /// Whether it is ready to run.
  public var isCompiled: Bool { bound != nil }

  /// Whether the context has built all of its kernels.
  public var isBuilt: Bool { launches.allSatisfy { context.programs.has($0.variant) } }

  /// Enqueues every kernel and hands them to the device; does not wait. A list that was not
  /// compiled yet is compiled first.
  ///
  /// - Throws: `OpenCLError`, naming the launch's label; as `compile`.
  public func run() throws {
    if context.isOutOfOrder {
      try enqueueOutOfOrder()
    } else {
      try enqueue { try $0.enqueue(on: context.queue) }
    }
    try context.flush()
  }

  /// Enqueues every kernel after those whose results it needs, and all after what was enqueued
  /// before.
  private func enqueueOutOfOrder() throws {
    var events: [Event] = []
    try enqueue { launch in
      let awaited = order.awaited[events.count].map { events[$0] }
      events.append(
        try launch.enqueue(
          on: context.queue, after: awaited.isEmpty ? context.lastEvents : awaited))
    }
    if !events.isEmpty { context.lastEvents = order.last.map { events[$0] } }
  }

  /// Enqueues every kernel by `enqueue`.
  func enqueue(by enqueue: (BoundLaunch) throws -> Void) throws {
    if !isCompiled { try Self.compile([self]) }
    for launch in bound ?? [] { try enqueue(launch) }
  }
}

extension [CommandList] {
  /// All kernels that are launched.
  var variants: Set<KernelVariant> { Set(flatMap { $0.launches.map(\.variant) }) }

  /// The default variants of their operations, without those for which lists in different
  /// precisions have different defaults.
  public var usualWays: Tuning {
    Dictionary(grouping: flatMap(\.operations), by: \.key).compactMapValues { entries in
      Set(entries.map(\.value[0])).count == 1 ? entries[0].value[0] : nil
    }
  }
}
