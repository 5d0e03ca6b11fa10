import COpenCL
import Files

/// A device's OpenCL context with the programs that were built in it, by their variants. Contexts
/// on several threads may share it.
final class ProgramCache {
  let device: Device
  let sources: KernelSources
  let handle: cl_context
  private let files: KernelFiles
  private var programs: [KernelVariant: Program] = [:]
  /// The kernels of programs that are in the driver's cache.
  private var compiled: [[KernelVariant]] = []
  /// Guards `files`, `programs` and `compiled`. A driver builds one program at a time anyway.
  private let lock = Lock(())

  /// Creates an empty cache for programs of kernel files from `sources`.
  ///
  /// - Throws: `OpenCLError` if the driver refuses.
  init(_ sources: KernelSources, on device: Device) throws {
    self.device = device
    self.sources = sources
    files = KernelFiles(sources)
    var id: cl_device_id? = device.id
    handle = try create("clCreateContext", device.name) {
      clCreateContext(nil, 1, &id, nil, nil, $0)
    }
  }

  deinit {
    clReleaseContext(handle)
    // Its programs may have added files to the driver's cache.
    if !programs.isEmpty, device.compilesAtLaunch { DriverEnvironment.cache?.seal() }
  }

  /// Adds a file that is not the library's.
  ///
  /// - Throws: `KernelSourceError` if its name is taken.
  func add(_ source: KernelSource) throws { try lock.withLock { _ in try files.add(source) } }

  /// Registers programs that are in the driver's cache, from which kernels are then taken.
  func prefer(_ compiled: [[KernelVariant]]) { lock.withLock { _ in self.compiled = compiled } }

  /// Returns the programs for the variants that are not in one yet.
  ///
  /// - Throws: `KernelSourceError`.
  func missing(of variants: Set<KernelVariant>) throws -> [[KernelVariant]] {
    var missing: [[KernelVariant]] = []
    try lock.withLock { _ in missing = try self.missingPrograms(variants) }
    return missing
  }

  /// Takes compiled programs as long as one has some of the variants, always the one with the most
  /// of them, and divides the rest among new programs.
  private func missingPrograms(_ variants: Set<KernelVariant>) throws -> [[KernelVariant]] {
    var missing = variants.filter { programs[$0] == nil }
    var chosen: [[KernelVariant]] = []
    while !missing.isEmpty {
      let counts = compiled.map { program in (program.count { missing.contains($0) }, program) }
      let best = counts.max { ($0.0, $1.1.count) < ($1.0, $0.1.count) }
      guard let (count, program) = best, count > 0 else { break }
      chosen.append(program)
      missing.subtract(program)
    }
    return chosen + (try divided(missing))
  }

  /// Divides variants into programs that take about the same time to compile. That time is
  /// estimated by the lengths of kernel files.
  private func divided(_ variants: Set<KernelVariant>) throws -> [[KernelVariant]] {
    let costs =
      try variants
      .map { (variant: $0, key: $0.sortKey, cost: try files.file($0.file).lineCount) }
      .sorted { ($1.cost, $0.key) < ($0.cost, $1.key) }
    return costs.divided(into: device.compilerCount(for: costs.count), by: \.cost)
      .map { $0.sorted { $0.key < $1.key }.map(\.variant) }
  }

  /// Returns whether a program has the variant.
  func has(_ variant: KernelVariant) -> Bool { lock.withLock { _ in programs[variant] != nil } }

  /// Builds programs with the variants that are not in one yet.
  ///
  /// - Throws: as `Program`.
  func build(_ variants: Set<KernelVariant>) throws {
    try lock.withLock { _ in
      for program in try missingPrograms(variants) { try buildProgram(program) }
    }
  }

  /// Builds one program with these variants.
  ///
  /// - Throws: as `Program`.
  func build(program variants: [KernelVariant]) throws {
    try lock.withLock { _ in try buildProgram(variants) }
  }

  private func buildProgram(_ variants: [KernelVariant]) throws {
    let program = try Program(variants, from: files, on: device, in: handle)
    for variant in variants { programs[variant] = program }
  }

  /// Creates a kernel object for one launch, whose arguments stay bound.
  ///
  /// - Throws: `KernelSourceError` if its program is not built; `OpenCLError`.
  func makeKernel(_ variant: KernelVariant) throws -> cl_kernel {
    var program: Program?
    lock.withLock { _ in program = programs[variant] }
    guard let program else {
      throw KernelSourceError(description: "\(variant.function) is not in a program")
    }
    return try program.makeKernel(variant)
  }
}

extension Array {
  /// Divides the elements, the most expensive first, into at most `count` groups of about the same
  /// cost. Each goes to the group that costs least so far.
  package func divided(into count: Int, by cost: (Element) -> Int) -> [[Element]] {
    var groups = [(elements: [Element], cost: Int)](repeating: ([], 0), count: count)
    for element in self {
      let least = groups.indices.min { groups[$0].cost < groups[$1].cost } ?? 0
      groups[least].elements.append(element)
      groups[least].cost += cost(element)
    }
    return groups.map(\.elements).filter { !$0.isEmpty }
  }
}
