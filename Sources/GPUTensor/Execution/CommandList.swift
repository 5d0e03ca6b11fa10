/// A list of launches, such as those of a training step. It is recorded and compiled once, and
/// replayed as often as needed. Launches may overlap if that does not change results.
public final class CommandList {
  /// The launches, in order.
  public private(set) var launches: [Launch] = []
  /// The recorded operations, in order.
  public private(set) var operations: [TensorOperation] = []
  /// The context of its tensors.
  public let context: Context
  /// The launches with their kernels; nil before the list is compiled.
  private var bound: [BoundLaunch]? {
    didSet { order = LaunchOrder(of: bound?.map(\.needs) ?? []) }
  }
  /// The launches that each launch waits for on an out-of-order queue.
  private(set) var order = LaunchOrder(of: [])

  /// The phase of a step, such as `forward`, to which the next launches belong.
  public var phase = ""

  /// The method of its convolutions.
  let convolution: ConvolutionMethod
  /// The precision of its products and convolutions.
  let precision: Precision

  /// The variants of each tunable operation, keyed by operation and shape, the default first.
  public private(set) var variants: [String: [String]] = [:]
  private let tuning: Tuning
  private let defaultVariants: Tuning
  /// The tunable operation that is being recorded.
  private var tunable: String?

  /// Whether operations with the same label use the same workspaces, in the memory of one of them.
  /// Such operations wait for each other.
  package var sharesWorkspaces = false
  private var workspaces: [String: Tensor] = [:]

  /// Creates an empty list with the context's current tuning. A method or precision that is nil is
  /// the context's.
  public init(
    _ context: Context, convolution: ConvolutionMethod? = nil, precision: Precision? = nil
  ) {
    self.context = context
    self.convolution = convolution ?? context.convolution
    self.precision = precision ?? context.precision
    tuning = context.tuning
    defaultVariants = context.defaultVariants
  }

  /// Returns memory for what an operation computes on the way. Operations with the same label and
  /// shape share it if the list says so, or if `isShared` is true: it stays in a cache that more
  /// memory would not fit.
  func workspace(_ shape: [Int], label: String, isShared: Bool = false) -> Tensor {
    let key = "\(label) \(shape)"
    if let shared = workspaces[key] { return shared }
    let tensor = Tensor(context, shape, label: label)
    if sharesWorkspaces || isShared { workspaces[key] = tensor }
    return tensor
  }

  /// Records the launches that `body` appends as one operation.
  func record(_ label: String, _ kind: TensorOperation.Kind, _ body: () -> Void) {
    let first = launches.count
    body()
    operations.append(
      TensorOperation(label: label, phase: phase, kind: kind, launches: first..<launches.count))
  }

  /// Records a tunable operation in one of its variants: the tuned one, else the context's default,
  /// else the first.
  func choose<Variant: CustomStringConvertible>(
    _ operation: String, among variants: [Variant], record: (Variant) -> Void
  ) {
    let names = variants.map(\.description)
    let standard = defaultVariants[operation].flatMap(names.firstIndex) ?? 0
    self.variants[operation] =
      [names[standard]] + names[..<standard] + names[(standard + 1)...]
    tunable = operation
    record(variants[tuning[operation].flatMap(names.firstIndex) ?? standard])
    tunable = nil
  }

  /// The floating-point operations of one run.
  public var flops: Int { launches.reduce(0) { $0 + $1.flops } }

  /// Appends a launch of a kernel.
  ///
  /// - Parameters:
  ///   - label: The operation and its place, for profiles and errors.
  ///   - variant: The kernel and its build options.
  ///   - range: The work-items.
  ///   - cost: The least that the launch has to do, for rates in profiles.
  ///   - arguments: The kernel's arguments, in the order of its signature.
  public func append(
    _ label: String, _ variant: KernelVariant, over range: WorkRange,
    cost: LaunchCost = LaunchCost(), _ arguments: [KernelArgument]
  ) {
    var arguments = arguments
    let (global, local): ([Int], [Int]?)
    switch range {
    case .items(let items, let group):
      let single = context.device.kind == .cpu ? items.map { _ in 1 } : nil
      (global, local) = (items, group ?? single)
    case .claimed(let items):
      let counter = Tensor(context, [1], .word, zeros: true, label: "\(label) next item")
      arguments.insert(.tensor(counter), at: 0)
      (global, local) = ([2 * items], [1])
    }
    launches.append(
      Launch(
        variant: variant, arguments: arguments, global: global, local: local, label: label,
        phase: phase, tunable: tunable, flops: cost.flops,
        bytes: cost.bytes ?? arguments.reduce(0) { $0 + $1.bytes }))
    bound = nil
  }

  /// Returns a list with one of its operations alone, on stand-ins for the tensors.
  package func isolated(_ operation: TensorOperation, on tensors: StandIns) -> CommandList {
    let list = CommandList(context, convolution: convolution, precision: precision)
    list.launches = launches[operation.launches].map { tensors.replacing($0) }
    return list
  }

  /// Builds the kernels of several lists together, except those that the context has built already.
  ///
  /// - Throws: `PrecisionError` if the device cannot compute in the context's precision;
  ///   `KernelBuildError` with the compiler's message; `KernelSourceError`; `OpenCLError`.
  package static func build(_ lists: [CommandList]) throws {
    guard let context = lists.first?.context else { return }
    try context.checkPrecision()
    try context.programs.build(lists.kernels)
  }

  /// Builds the kernels of several lists together and binds their arguments. Lists that are
  /// compiled already stay unchanged.
  ///
  /// - Throws: `DeviceMemoryError` if all tensors together are too large; `PrecisionError`;
  ///   `KernelBuildError`; `KernelSourceError`; `OpenCLError`.
  public static func compile(_ lists: [CommandList]) throws {
    let lists = lists.filter { !$0.isCompiled }
    guard let context = lists.first?.context else { return }
    try context.memory.check(context.device)
    try build(lists)
    for list in lists {
      list.bound = try list.launches.map { try BoundLaunch($0, from: context.programs) }
    }
  }

  /// Whether it is compiled.
  public var isCompiled: Bool { bound != nil }

  /// Whether the context has built all of its kernels.
  public var isBuilt: Bool { launches.allSatisfy { context.programs.has($0.variant) } }

  /// Enqueues every kernel and hands them to the device, without waiting. A list that is not
  /// compiled yet is compiled first.
  ///
  /// - Throws: `OpenCLError` with the launch's label; as `compile`.
  public func run() throws {
    if context.isOutOfOrder {
      try enqueueOutOfOrder()
    } else {
      try enqueue { try $0.enqueue(on: context.queue) }
    }
    try context.flush()
  }

  /// Enqueues every kernel to wait for those whose results it needs, and all of them to wait for
  /// earlier commands.
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

  /// Calls `enqueue` with every launch, in order.
  func enqueue(by enqueue: (BoundLaunch) throws -> Void) throws {
    if !isCompiled { try Self.compile([self]) }
    for launch in bound ?? [] { try enqueue(launch) }
  }
}

extension [CommandList] {
  /// The kernels of all launches.
  var kernels: Set<KernelVariant> { Set(flatMap { $0.launches.map(\.variant) }) }

  /// The default variant of each operation. An operation is left out if its default differs between
  /// lists, as it may between precisions.
  public var defaultVariants: Tuning {
    Dictionary(grouping: flatMap(\.variants), by: \.key).compactMapValues { entries in
      Set(entries.map(\.value[0])).count == 1 ? entries[0].value[0] : nil
    }
  }
}
