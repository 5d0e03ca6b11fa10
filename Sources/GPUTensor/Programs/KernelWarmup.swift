/// What makes a driver compile the kernels of command lists, for another process to do: POCL compiles a kernel where it is
/// launched first, one after the other in a process, and keeps it on disk for all processes.
public struct KernelWarmup: Codable, Sendable {
  /// All kernels of the program, in order: its text, and so the driver's name for it, depends on each.
  public let variants: [KernelVariant]
  /// Those that are launched.
  private var launches: [Launch]

  /// A launch without its memory.
  private struct Launch: Codable {
    let variant: KernelVariant
    let local: [Int]
    let arguments: [Argument]
  }

  /// A tensor's size, or a value.
  private struct Argument: Codable {
    var bytes = 0
    var words: [UInt32]?

    init(_ argument: KernelArgument) {
      bytes = argument.bytes
      if case .words(let words) = argument { self.words = words }
    }
  }

  /// Each kernel of the lists once for each size of its groups.
  public init(_ lists: [CommandList]) {
    variants = lists.variants.sorted { $0.sortKey < $1.sortKey }
    var known: Set<String> = []
    launches = lists.flatMap(\.launches).compactMap { launch in
      guard let local = launch.local, known.insert("\(launch.variant.sortKey) \(local)").inserted
      else { return nil }
      return Launch(
        variant: launch.variant, local: local, arguments: launch.arguments.map(Argument.init))
    }
    .sorted { $0.variant.sortKey < $1.variant.sortKey }
  }

  /// Every `count`-th kernel from the one at `index` on: like ones, which take about the same time, go to all shares.
  public func share(_ index: Int, of count: Int) -> KernelWarmup {
    var share = self
    share.launches = launches.enumerated().filter { $0.offset % count == index }.map(\.element)
    return share
  }

  /// Launches each kernel with one group, on memory of zeros, and waits.
  ///
  /// - Throws: as `CommandList.compile`.
  public func run(on context: Context) throws {
    let bytes = launches.flatMap { $0.arguments.map(\.bytes) }.max() ?? 0
    let zeros = Tensor(context, [max(1, bytes)], .uint8, label: "zeros")
    let lists = launches.map { launch in
      let list = CommandList(context)
      list.append(
        launch.variant.function, launch.variant, global: launch.local, local: launch.local,
        more: launch.arguments.map { $0.words.map(KernelArgument.words) ?? .tensor(zeros) })
      return list
    }
    try CommandList.compile(lists, with: variants)
    for list in lists {
      // What another kernel left there might be a place to read from.
      try zeros.buffer.fillZero()
      try list.run()
    }
    try context.finish()
  }
}
