import Datasets
import Files
import Foundation
import GPUTensor

/// The driver's own cache of compiled kernels, filled by several processes at once where the driver compiles one after the
/// other in each: two halve the time of a first run on two cores, and the compiler's memory is not in this one.
enum KernelCache {
  /// Compiles lists, with helpers where that is the first time on this device.
  ///
  /// - Throws: as `CommandList.compile`.
  static func compile(_ lists: [CommandList]) throws {
    let lists = lists.filter { !$0.isCompiled }
    guard let context = lists.first?.context, context.device.compilesAtLaunch else {
      return try CommandList.compile(lists)
    }
    try context.memory.check(context.device)
    try context.checkPrecision()
    let programs = try KernelWarmup.missing(of: lists, on: context)
    if programs.count > 1 { try fill(by: programs, on: context) }
    try CommandList.compile(lists)
  }

  /// Lets helpers compile, each a program, and waits, unless a note says that it was done before. What they do not get done
  /// is left to this program.
  private static func fill(by programs: [KernelWarmup], on context: Context) throws {
    let note = try note(programs, on: context)
    guard !note.exists else { return }
    let helpers = programs.compactMap { try? Helper($0, on: context) }
    for helper in helpers { helper.wait() }
    // Without it, helpers are started in vain the next time. A signal to stop ended them early.
    if Interruption.signal == nil { note.write() }
  }

  /// The note that says that the kernels are in the driver's cache. Where they are not any more, the
  /// driver compiles them again, in this process.
  private static func note(_ programs: [KernelWarmup], on context: Context) throws -> CacheNote {
    let device = context.device
    let environment = ProcessInfo.processInfo.environment
    return CacheNote(
      "compiled",
      of: device.name, device.driverVersion, environment["POCL_CACHE_DIR"] ?? "",
      try context.kernelSources.sha256(), try programs.jsonText())
  }
}

/// A process that compiles the kernels of a program. It ends with this one, however that ends.
private struct Helper {
  private let process: ChildProcess
  /// The other end of its standard output. It watches whether this is open.
  private let lifeline: FileHandle

  init(_ program: KernelWarmup, on context: Context) throws {
    var arguments = ["warmup", "--device", context.device.index]
    if case .folder(let folder) = context.kernelSources { arguments += ["--kernel-dir", folder] }
    let (input, output) = (try Channel(), try Channel())
    guard let nowhere = FileHandle(forWritingAtPath: "/dev/null") else { throw POSIXError(.ENOENT) }
    // Pinned threads of all helpers would be on the same core.
    let environment = ProcessInfo.processInfo.environment.merging(["POCL_AFFINITY": "0"]) { $1 }
    process = try ChildProcess(
      "/proc/self/exe", arguments, environment: environment, input: input.reading.fileDescriptor,
      output: output.writing.fileDescriptor, errors: nowhere.fileDescriptor)
    lifeline = output.reading
    try output.writing.close()
    try input.reading.close()
    try input.writing.write(contentsOf: JSONEncoder().encode(program))
    try input.writing.close()
  }

  /// Waits for its end. A signal that asks this program to stop ends it at once, as a checkpoint
  /// must not wait for a compiler.
  func wait() {
    while process.end == nil {
      if Interruption.signal != nil { process.send(SIGKILL) }
      usleep(5000)
    }
    try? lifeline.close()
  }
}
