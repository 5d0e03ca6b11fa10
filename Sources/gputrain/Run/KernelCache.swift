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
    guard let context = lists.first?.context, context.device.compilesAtLaunch else {
      return try CommandList.compile(lists)
    }
    try context.memory.check(context.device)
    try context.checkPrecision()
    let warmup = KernelWarmup(lists)
    let note = try notePath(warmup, on: context)
    if !isRegularFile(note) {
      fill(by: warmup, on: context)
      // Without it, helpers are started in vain the next time.
      try? createFolder("\(cacheFolder())/compiled")
      try? AtomicFile.write("", to: note)
    }
    try CommandList.compile(lists)
  }

  /// More would gain little: few kernels would be left for each.
  private static let mostHelpers = 8

  /// Lets helpers compile, each a part, and waits. What they do not get done is left to this program.
  private static func fill(by warmup: KernelWarmup, on context: Context) {
    let count = min(context.device.computeUnits, mostHelpers)
    guard count > 1 else { return }
    let helpers = (0..<count).compactMap { try? start(warmup.share($0, of: count), on: context) }
    for helper in helpers { _ = helper.wait() }
  }

  private static func start(_ share: KernelWarmup, on context: Context) throws -> ChildProcess {
    var arguments = ["warmup", "--device", context.device.index]
    if case .folder(let folder) = context.kernelSources { arguments += ["--kernel-dir", folder] }
    let input = try Channel()
    guard let nowhere = FileHandle(forWritingAtPath: "/dev/null") else { throw POSIXError(.ENOENT) }
    // Pinned threads of all helpers would be on the same core.
    let environment = ProcessInfo.processInfo.environment.merging(["POCL_AFFINITY": "0"]) { $1 }
    let helper = try ChildProcess(
      "/proc/self/exe", arguments, environment: environment, input: input.reading.fileDescriptor,
      output: nowhere.fileDescriptor, errors: nowhere.fileDescriptor)
    try input.reading.close()
    try input.writing.write(contentsOf: JSONEncoder().encode(share))
    try input.writing.close()
    return helper
  }

  /// The file that says that the kernels are in the driver's cache. Where they are not any more, the driver compiles them
  /// again, in this process.
  private static func notePath(_ warmup: KernelWarmup, on context: Context) throws -> String {
    let device = context.device
    let environment = ProcessInfo.processInfo.environment
    let identity = [
      device.name, device.driverVersion, environment["POCL_CACHE_DIR"] ?? "",
      try context.kernelSources.sha256(), try warmup.share(0, of: .max).jsonText(),
    ]
    let digest = Digest.sha256.hex(of: identity.map { Array($0.utf8) })
    return "\(cacheFolder())/compiled/\(digest)"
  }
}
