import Foundation

/// The `curl` program: it knows proxies, certificates and redirections.
struct Curl {
  private let executable: String

  /// What curl said when it failed.
  struct Failure: Error {
    /// One line, without the program's name.
    let reason: String
    /// Whether the same request may well succeed in a moment.
    let isTransient: Bool
  }

  /// Looks for the program in `PATH`.
  /// - Throws: `DatasetError.noCurl`.
  init(environment: [String: String]) throws {
    let folders = (environment["PATH"] ?? "").split(separator: ":")
    let found = folders.lazy.map { "\($0)/curl" }
      .first(where: FileManager.default.isExecutableFile(atPath:))
    guard let found else { throw DatasetError.noCurl }
    executable = found
  }

  /// Fetches what an address holds, into memory. If this program is killed meanwhile, nothing is
  /// left on disk, and curl ends at its next write.
  /// - Throws: `Failure`, also if there are more than `maximumBytes`.
  func get(_ url: String, maximumBytes: Int) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    // NOTE: curl's own --retry would append to what it has sent down the pipe already.
    process.arguments = [
      "--fail", "--location", "--silent", "--show-error", "--globoff", "--connect-timeout", "20",
      "--speed-limit", "1000", "--speed-time", "30", "--max-filesize", "\(maximumBytes)", "--url",
      url,
    ]
    let (output, errors) = (Pipe(), Pipe())
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    do {
      try process.run()
    } catch {
      throw Failure(reason: "\(executable) does not start", isTransient: false)
    }
    var bytes: [UInt8] = []
    while bytes.count <= maximumBytes,
      let chunk = try? output.fileHandleForReading.read(upToCount: 1 << 16), !chunk.isEmpty
    {
      bytes += chunk
    }
    if bytes.count > maximumBytes { process.terminate() }
    let message = (try? errors.fileHandleForReading.readToEnd()) ?? Data()
    process.waitUntilExit()
    guard bytes.count <= maximumBytes else {
      throw Failure(reason: "more than \(maximumBytes) bytes came", isTransient: false)
    }
    guard process.terminationReason == .exit && process.terminationStatus == 0 else {
      throw Self.failure(
        status: process.terminationStatus, message: String(decoding: message, as: UTF8.self))
    }
    return bytes
  }

  /// Reads curl's exit status and its last line, such as
  /// `curl: (22) The requested URL returned error: 404`.
  private static func failure(status: Int32, message: String) -> Failure {
    let line = message.split(separator: "\n").last { $0.hasPrefix("curl: (") }
    let reason = line?.split(separator: ") ", maxSplits: 1).last.map(String.init)
    let transient: Set<Int32> = [
      18,  // the connection closed early
      28,  // too slow
      35,  // no secure connection
      52,  // no answer
      55,  // sending failed
      56,  // receiving failed
      92,  // an HTTP/2 stream broke
    ]
    let retriedStatuses = ["408", "429", "500", "502", "503", "504"]
    return Failure(
      reason: reason ?? "curl ended with status \(status)",
      isTransient: transient.contains(status)
        || status == 22 && retriedStatuses.contains { reason?.contains("error: \($0)") == true })
  }
}
