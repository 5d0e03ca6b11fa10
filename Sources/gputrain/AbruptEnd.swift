import Files
import Foundation
import GPUTensor

/// Prints a line if the program is ended from within: by an OpenCL driver, as POCL calls `abort` if
/// memory, threads or disk space run out, or by Swift's runtime if memory runs out.
///
/// NOTE: LLVM replaces these handlers by its own once, when POCL opens its devices, so `expect` is
/// called again after that.
enum AbruptEnd {
  // The line that the handler writes. A handler must not allocate, so the line is made before.
  nonisolated(unsafe) private static var line: UnsafeMutablePointer<CChar>?
  // The path of the file that the handler creates.
  nonisolated(unsafe) private static var suspicion: UnsafeMutablePointer<CChar>?

  // All lines and paths so far. None is ever freed, as a handler may be reading it.
  nonisolated(unsafe) private static var texts: [UnsafeMutablePointer<CChar>] = []

  /// Whether a line is printed at all.
  nonisolated(unsafe) private static var isReported = true

  /// Prepares the line for an end while the program "read its input", or whatever `what` says.
  ///
  /// - Parameter cache: The driver's compiled kernels, which are compiled again at the next start
  ///   after such an end.
  static func expect(while what: String, cache: DriverCache? = nil) {
    guard isReported else { return }
    suspicion = cache.flatMap { keep($0.suspicionPath) }
    let next = cache.map { "; at the next start, kernels in \($0.folder) are compiled again" } ?? ""
    line = keep(
      """
      gputrain: the OpenCL driver or a lack of memory ended the program while it \(what): \
      check \(resourceLimits)\(next)

      """)
    for signal in [SIGABRT, SIGBUS, SIGSEGV] { Glibc.signal(signal, report) }
    _ = exitHandler
    // LLVM replaces this handler too, and Ctrl-\ would then do nothing.
    Glibc.signal(SIGQUIT, quit)
  }

  /// Returns a copy of a text that stays for a handler to read.
  private static func keep(_ text: String) -> UnsafeMutablePointer<CChar>? {
    guard let copy = strdup(text) else { return nil }
    texts.append(copy)
    return copy
  }

  /// The action on Ctrl-\ that the program began with: to end, or to ignore it.
  private static let quit = Glibc.signal(SIGQUIT, SIG_DFL)

  /// Opens all devices, which may end the program.
  ///
  /// - Throws: as `Devices.find`.
  static func openDevices() throws -> (devices: [Device], remarks: [String]) {
    expect(while: "opened its devices")
    return try Devices.find()
  }

  // POCL's compiler may end the program by exit(1).
  private static let exitHandler = atexit { AbruptEnd.report(0) }

  /// Makes the program end without a line from now on.
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
