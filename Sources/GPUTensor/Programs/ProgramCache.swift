import COpenCL

/// The programs that a context has built, by the variants whose kernels are in them.
final class ProgramCache {
  let files: KernelFiles
  private var programs: [KernelVariant: Program] = [:]

  /// No programs yet; kernel files will come from `sources`.
  init(_ sources: KernelSources) { files = KernelFiles(sources) }

  /// The variants that are not in a program yet, as they will be in programs, of which about as
  /// many as `count` take about as long to compile: a kernel takes the longer the longer its file
  /// is.
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

  /// Whether a variant's kernel is in a program.
  func has(_ variant: KernelVariant) -> Bool { programs[variant] != nil }

  /// Builds one program that has these variants.
  ///
  /// - Throws: as `Program`.
  func build(_ variants: [KernelVariant], on context: Context) throws {
    let program = try Program(variants, from: files, on: context)
    for variant in variants { programs[variant] = program }
  }

  /// A kernel object of its own for one launch, whose arguments stay bound.
  ///
  /// - Throws: `KernelSourceError` if its program is not built; `OpenCLError`.
  func makeKernel(_ variant: KernelVariant) throws -> cl_kernel {
    guard let program = programs[variant] else {
      throw KernelSourceError(description: "\(variant.function) is not in a program")
    }
    return try program.makeKernel(variant)
  }
}
