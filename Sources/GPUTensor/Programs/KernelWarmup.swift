/// A description of launches that make POCL compile the kernels of a program. Several processes can
/// run such descriptions in parallel.
///
/// POCL compiles a kernel at its first launch, one kernel at a time in a process. It keeps compiled
/// kernels on disk for all processes.
package struct KernelWarmup: Codable, Sendable {
  /// All kernels of the program, in order. The driver's name for a program depends on its whole
  /// text.
  private let variants: [KernelVariant]
  private let launches: [Launch]

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

  /// Returns a warm-up for each program of lists that the context has not built yet and that is
  /// not compiled. It launches each kernel once for each size of its groups.
  ///
  /// Programs of `compiled` are used for the kernels that they have.
  ///
  /// - Throws: `KernelSourceError`.
  package static func missing(
    of lists: [CommandList], compiled: [CompiledProgram], on context: Context
  ) throws -> [KernelWarmup] {
    var known: Set<String> = []
    let launches = lists.flatMap(\.launches).compactMap { launch -> Launch? in
      guard let local = launch.local, known.insert("\(launch.variant.sortKey) \(local)").inserted
      else { return nil }
      return Launch(
        variant: launch.variant, local: local, arguments: launch.arguments.map(Argument.init))
    }
    context.programs.prefer(compiled.map(\.variants))
    return try context.programs.missing(of: lists.kernels).compactMap { variants in
      let sizes = compiled.first { $0.variants == variants }?.sizes ?? [:]
      let missing = launches.filter {
        variants.contains($0.variant) && sizes[$0.variant]?.contains($0.local) != true
      }
      return missing.isEmpty ? nil : KernelWarmup(variants: variants, launches: missing)
    }
  }

  /// The number of kernels that it compiles.
  package var kernelCount: Int { launches.count }

  /// Returns the compiled program after this warm-up; `before` is what was compiled before it.
  package func compiledProgram(after before: [CompiledProgram]) -> CompiledProgram {
    var program =
      before.first { $0.variants == variants } ?? CompiledProgram(variants: variants)
    for launch in launches { program.sizes[launch.variant, default: []].insert(launch.local) }
    return program
  }

  /// Launches each kernel with one group, on memory of zeros, and waits.
  ///
  /// - Parameter onKernel: Called after each kernel.
  /// - Throws: as `CommandList.compile`.
  package func run(on context: Context, onKernel: () -> Void = {}) throws {
    let bytes = launches.flatMap { $0.arguments.map(\.bytes) }.max() ?? 0
    let zeros = Tensor(context, [max(1, bytes)], .uint8, label: "zeros")
    try context.programs.build(program: variants)
    for launch in launches {
      let list = CommandList(context)
      list.append(
        launch.variant.function, launch.variant, over: .items(launch.local, group: launch.local),
        launch.arguments.map { $0.words.map(KernelArgument.words) ?? .tensor(zeros) })
      // A kernel may use what is in this memory as indices, so numbers of earlier kernels must go.
      try zeros.buffer.fillZero()
      try list.run()
      try context.finish()
      onKernel()
    }
  }
}
