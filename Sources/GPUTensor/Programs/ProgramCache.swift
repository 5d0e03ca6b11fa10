import COpenCL

/// The programs that a context has built, by their variants.
final class ProgramCache {
  let files: KernelFiles
  private var programs: [KernelVariant: Program] = [:]

  /// Creates an empty cache for programs of kernel files from `sources`.
  init(_ sources: KernelSources) { files = KernelFiles(sources) }

  /// Returns the variants that are not in a program yet, divided into at most `count` programs that
  /// take about the same time to compile. That time is estimated by the lengths of kernel files.
  ///
  /// - Throws: `KernelSourceError`.
  func missing(of variants: Set<KernelVariant>, in count: Int) throws -> [[KernelVariant]] {
    let missing = try variants.filter { !has($0) }
      .map { (variant: $0, key: $0.sortKey, cost: try files.file($0.file).lineCount) }
      .sorted { ($1.cost, $0.key) < ($0.cost, $1.key) }
    var groups = Array(repeating: (variants: [(KernelVariant, String)](), cost: 0), count: count)
    for (variant, key, cost) in missing {
      let least = groups.indices.min { groups[$0].cost < groups[$1].cost } ?? 0
      groups[least].variants.append((variant, key))
      groups[least].cost += cost
    }
    return groups.map { $0.variants.sorted { $0.1 < $1.1 }.map(\.0) }.filter { !$0.isEmpty }
  }

  /// Returns whether a program has the variant.
  func has(_ variant: KernelVariant) -> Bool { programs[variant] != nil }

  /// Builds one program with these variants.
  ///
  /// - Throws: as `Program`.
  func build(_ variants: [KernelVariant], on context: Context) throws {
    let program = try Program(variants, from: files, on: context)
    for variant in variants { programs[variant] = program }
  }

  /// Creates a kernel object for one launch, whose arguments stay bound.
  ///
  /// - Throws: `KernelSourceError` if its program is not built; `OpenCLError`.
  func makeKernel(_ variant: KernelVariant) throws -> cl_kernel {
    guard let program = programs[variant] else {
      throw KernelSourceError(description: "\(variant.function) is not in a program")
    }
    return try program.makeKernel(variant)
  }
}
