import Files
import Foundation
import TestFiles

/// An OpenCL driver that fails from a certain call on: a library that is loaded before the real
/// one.
enum FaultyDriver {
  /// The environment in which `call` returns `code` from its `count`-th time on.
  static func environment(
    _ call: String, from count: Int, code: Int32
  ) throws -> [String: String?] {
    ["LD_PRELOAD": try library.get(), "FAULT": "\(call) \(count) \(code)"]
  }

  /// The environment in which devices are GPUs, and the driver's own waits fail if they would
  /// block.
  static func gpuEnvironment() throws -> [String: String?] {
    ["LD_PRELOAD": try library.get(), "GPU": "1"]
  }

  /// The environment in which the device's clock is of this kind, as `FaultyDriver.c` names them.
  /// Its largest buffer is small, so that the measurement of its memory takes little time.
  static func environment(clock: String) throws -> [String: String?] {
    ["LD_PRELOAD": try library.get(), "CLOCK": clock, "BUFFER": "\(64 << 20)"]
  }

  /// The environment in which a device has at most this much memory, in bytes.
  static func environment(memory: Int) throws -> [String: String?] {
    ["LD_PRELOAD": try library.get(), "MEMORY": "\(memory)"]
  }

  /// The environment in which devices are on these buses of the PCI, in their order.
  static func environment(buses: [Int]) throws -> [String: String?] {
    let text = buses.map(String.init).joined(separator: " ")
    return ["LD_PRELOAD": try library.get(), "BUSES": text]
  }

  /// The environment with one more platform, before the others, which returns an error for devices.
  static func environment(brokenPlatform code: Int32) throws -> [String: String?] {
    ["LD_PRELOAD": try library.get(), "PLATFORM": "\(code)"]
  }

  /// The library, compiled once with the toolchain's own compiler.
  private static let library = Result {
    let folder = try TemporaryFolder()
    Self.folder = folder
    atexit { FaultyDriver.folder = nil }
    let library = folder.path + "/faulty.so"
    let source = URL(fileURLWithPath: #filePath).deletingPathExtension().path + ".c"
    let compiler = try ChildProcess(
      "/usr/bin/env", ["clang", "-shared", "-fPIC", "-o", library, source, "-ldl"],
      output: STDOUT_FILENO, errors: STDERR_FILENO)
    guard compiler.wait() == .exited(0) else {
      throw Gputrain.Missing(description: "\(source) does not compile: is clang in PATH?")
    }
    return library
  }

  // Statics live to the end of the process, which runs no deinit.
  nonisolated(unsafe) private static var folder: TemporaryFolder?
}
