import Datasets
import Files
import Foundation
import GPUTensor

/// The error of a driver that cannot compile kernels here.
struct KernelCacheError: Error, CustomStringConvertible {
  let description: String
}

/// Fills the driver's own cache of compiled kernels with helper processes.
///
/// POCL compiles one kernel after the other in a process, so two processes halve the time of a
/// first run on two cores. If POCL fails, it ends its process: now a helper, not the program.
enum KernelCache {
  /// Compiles lists; on a device's first time, with helpers.
  ///
  /// - Throws: `KernelCacheError` if the driver ends its process each time; what
  ///   `CommandList.compile` throws.
  static func compile(_ lists: [CommandList]) throws {
    if let context = lists.first?.context { try context.memory.check(context.device) }
    try fill(for: lists)
    // A checkpoint must not wait for the compiler; the caller stops.
    if Interruption.signal == nil { try CommandList.compile(lists) }
  }

  /// Builds the kernels of lists as `compile` does, without memory for the lists.
  ///
  /// - Throws: `KernelCacheError`; as `CommandList.build`.
  static func build(_ lists: [CommandList]) throws {
    try fill(for: lists)
    if Interruption.signal == nil { try CommandList.build(lists) }
  }

  private static func fill(for lists: [CommandList]) throws {
    let lists = lists.filter { !$0.isCompiled }
    guard let context = lists.first?.context, context.device.compilesAtLaunch,
      let cache = DriverEnvironment.cache, !lists.allSatisfy(\.isBuilt)
    else { return }
    try context.checkPrecision()
    let programs = try CompiledPrograms(in: cache, for: context)
    func compiled() -> [CompiledProgram] { cache.isSealed ? programs.read() : [] }
    func isMissing() throws -> Bool {
      try !KernelWarmup.missing(of: lists, compiled: compiled(), on: context).isEmpty
    }
    guard try isMissing() else { return }
    // Of programs that start together, one compiles on all cores, and the others wait for it.
    let lock = programs.lock()
    defer { withExtendedLifetime(lock) {} }
    try fill(cache, for: lists, compiled(), adding: programs, on: context)
  }

  /// Runs helpers for what is not compiled, and waits for them.
  ///
  /// If the driver ends a helper, an entry of the cache may be damaged, so the cache is cleared and
  /// filled again, once. An error that the driver reports will be reported to this program too.
  private static func fill(
    _ cache: DriverCache, for lists: [CommandList], _ compiled: [CompiledProgram],
    adding programs: CompiledPrograms, on context: Context
  ) throws {
    var compiled = compiled
    var missing = try KernelWarmup.missing(of: lists, compiled: compiled, on: context)
    if runHelpers(missing, on: context) {
      StandardError.note(
        "compiled kernels in \(cache.folder) are damaged or incomplete: compiling them again")
      cache.clear()
      programs.clear()
      compiled = []
      missing = try KernelWarmup.missing(of: lists, compiled: compiled, on: context)
      if runHelpers(missing, on: context) {
        throw KernelCacheError(
          description: """
            the driver cannot compile kernels in \(cache.folder), and ends its process: check \
            the space there and \(resourceLimits), or set POCL_CACHE_DIR to another folder
            """)
      }
    }
    // After a signal to stop, the helpers may have ended early.
    guard Interruption.signal == nil else { return }
    for program in missing { programs.write(program.compiledProgram(after: compiled)) }
  }

  /// Divides programs among helpers, runs these and waits for them.
  ///
  /// - Returns: Whether the driver ended one of them.
  private static func runHelpers(_ programs: [KernelWarmup], on context: Context) -> Bool {
    let kernels = programs.reduce(0) { $0 + $1.kernelCount }
    let helpers = programs.sorted { $0.kernelCount > $1.kernelCount }
      .divided(into: context.device.compilerCount(for: kernels), by: \.kernelCount)
      .compactMap { try? Helper($0, on: context) }
    let note = CompilingNote(kernels: kernels)
    let ends = helpers.map { helper in
      helper.wait {
        for helper in helpers { helper.readProgress() }
        note.update(done: helpers.map(\.compiled).reduce(0, +))
      }
    }
    note.clear()
    return Interruption.signal == nil
      && ends.contains { end in
        if case .killed = end { return true }
        return end == .exited(EXIT_FAILURE)  // how POCL's compiler fails
      }
  }
}

/// A process that compiles kernels of programs. It ends when this process ends.
private final class Helper {
  private let process: ChildProcess
  /// The other end of its standard output, on which it writes a byte for each kernel that it has
  /// compiled. The helper ends once this is closed.
  private let lifeline: FileHandle
  /// The kernels that it has compiled.
  private(set) var compiled = 0

  init(_ programs: [KernelWarmup], on context: Context) throws {
    var arguments = ["warmup", "--device", context.device.index]
    if case .folder(let folder) = context.kernelSources { arguments += ["--kernel-dir", folder] }
    let (input, output) = (try Channel(), try Channel())
    guard let nowhere = FileHandle(forWritingAtPath: "/dev/null") else { throw POSIXError(.ENOENT) }
    // Otherwise all helpers would pin their threads to the same core.
    let environment = ProcessInfo.processInfo.environment.merging(["POCL_AFFINITY": "0"]) { $1 }
    process = try ChildProcess(
      "/proc/self/exe", arguments, environment: environment, input: input.reading.fileDescriptor,
      output: output.writing.fileDescriptor, errors: nowhere.fileDescriptor)
    lifeline = output.reading
    try output.writing.close()
    try input.reading.close()
    try input.writing.write(contentsOf: JSONEncoder().encode(programs))
    try input.writing.close()
  }

  /// Reads how many kernels it has compiled.
  func readProgress() {
    var output = pollfd(fd: lifeline.fileDescriptor, events: Int16(POLLIN), revents: 0)
    while poll(&output, 1, 0) > 0, output.revents & Int16(POLLIN) != 0 {
      var bytes = [UInt8](repeating: 0, count: 256)
      let count = read(output.fd, &bytes, bytes.count)
      guard count > 0 else { return }
      compiled += count
    }
  }

  /// Waits until it ends, and calls `meanwhile` often. A signal that asks this program to stop ends
  /// it at once, so that a checkpoint does not wait for a compiler.
  func wait(meanwhile: () -> Void) -> ChildProcess.End {
    while process.end == nil {
      meanwhile()
      if Interruption.signal != nil { process.send(SIGKILL) }
      usleep(5000)
    }
    readProgress()
    try? lifeline.close()
    return process.wait()
  }
}
