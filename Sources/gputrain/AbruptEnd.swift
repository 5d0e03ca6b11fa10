import Files
import Foundation
import GPUTensor

/// What is printed if the program is ended from within: by an OpenCL driver, as POCL does by `abort`
/// if it has no memory, thread or space left, or by Swift's runtime without memory.
///
/// NOTE: LLVM puts its own handlers in place of these once, when POCL opens its devices. So `expect`
/// is called again afterwards.
enum AbruptEnd {
  // The line that the handler writes. A handler must not allocate, so that it is made before; each
  // is kept, as a handler may be reading it.
  nonisolated(unsafe) private static var line: UnsafeMutablePointer<CChar>?
  // The file that the handler makes.
  nonisolated(unsafe) private static var suspicion: UnsafeMutablePointer<CChar>?

  /// Whether a line is printed at all.
  nonisolated(unsafe) private static var isReported = true

  /// From now on, such an end is said to come while the program did `what`.
  ///
  /// - Parameter cache: The driver's compiled kernels, which then are made anew at the next start.
  static func expect(while what: String, cache: DriverCache? = nil) {
    guard isReported else { return }
    suspicion = cache.map { strdup($0.suspicionPath) } ?? nil
    let next = cache.map { "; at the next start, kernels in \($0.folder) are compiled anew" } ?? ""
    line = strdup(
      """
      gputrain: the OpenCL driver or a lack of memory ended the program while it \(what): \
      check \(resourceLimits)\(next)

      """)
    for signal in [SIGABRT, SIGBUS, SIGSEGV] { Glibc.signal(signal, report) }
    _ = exitHandler
    // LLVM takes this one too, and then Ctrl-\ would do nothing.
    Glibc.signal(SIGQUIT, quit)
  }

  /// What the program did on Ctrl-\ when it began: it ended, or ignored it.
  private static let quit = Glibc.signal(SIGQUIT, SIG_DFL)

  /// Opens all devices, which may end the program.
  ///
  /// - Throws: as `Devices.find`.
  static func openDevices() throws -> (devices: [Device], remarks: [String]) {
    expect(while: "opened its devices")
    return try Devices.find()
  }

  // Its compiler may end the program by exit(1).
  private static let exitHandler = atexit { AbruptEnd.report(0) }

  /// From now on, the program ends without a line.
  static func endSilently() { (line, isReported) = (nil, false) }

  private static let report: @convention(c) (Int32) -> Void = { number in
    guard let line = AbruptEnd.line else {
      if number > 0 { signal(number, SIG_DFL) }
      return
    }
    if let suspicion { close(creat(suspicion, 0o600)) }
    _ = write(STDERR_FILENO, line, strlen(line))
    _exit(ExitStatus.unavailable.rawValue)
  }
}
