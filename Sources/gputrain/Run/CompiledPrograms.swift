import Files
import Foundation
import GPUTensor
import KnownDatasets

/// The programs that the driver's cache has for a device and a set of kernels: a file for each in
/// the same folder. If they were removed from the driver's cache, it compiles them again.
struct CompiledPrograms {
  private let folder: String

  /// The programs for a context's device and kernels.
  ///
  /// - Throws: `KernelSourceError`.
  init(in cache: DriverCache, for context: Context) throws {
    let identity = [
      context.device.name, context.device.driverVersion, try context.kernelSources.sha256(),
    ]
    folder = "\(cache.folder)/gputrain-compiled/\(Self.hash(identity.joined(separator: "\n")))"
  }

  /// Returns all programs. A file that is damaged, so that its name is not its content's, is left
  /// out.
  func read() -> [CompiledProgram] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted().compactMap { name in
      guard let bytes = try? readFile(path: "\(folder)/\(name)", maximumBytes: 1 << 20),
        let program = CompiledProgram(text: String(decoding: bytes, as: UTF8.self)),
        Self.hash(program.key) == name
      else { return nil }
      return program
    }
  }

  /// Adds a program or replaces it. If that fails, it is compiled again the next time.
  func write(_ program: CompiledProgram) {
    try? createFolder(folder)
    try? AtomicFile.write(program.text, to: "\(folder)/\(Self.hash(program.key))")
  }

  /// Removes all programs.
  func clear() { try? FileManager.default.removeItem(atPath: folder) }

  /// Locks the folder, so that of several programs one at a time compiles, and the others find what
  /// it has compiled. Waits for its turn, but not after a signal to stop.
  ///
  /// - Returns: The lock; nil after a signal, or if the folder cannot be locked.
  func lock() -> FolderLock? {
    try? createFolder(folder)
    while Interruption.signal == nil {
      do {
        if let lock = try FolderLock(folder) { return lock }
      } catch {
        return nil
      }
      usleep(5000)
    }
    return nil
  }

  private static func hash(_ text: String) -> String { Digest.sha256.hex(of: [Array(text.utf8)]) }
}
