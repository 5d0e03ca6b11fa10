import Datasets
import Files
import Foundation

/// The `curl` program, which handles proxies, certificates and redirections.
struct Curl {
  private let executable: String

  /// A failure of curl.
  struct Failure: Error {
    /// One line, without the program's name.
    let reason: String
    /// Whether the same request may succeed a moment later.
    let isTransient: Bool
  }

  /// Looks for the program in `PATH`.
  ///
  /// - Throws: `DatasetError.noCurl`.
  init(environment: [String: String]) throws {
    let folders = (environment["PATH"] ?? "").split(separator: ":")
    let found = folders.lazy.map { "\($0)/curl" }
      .first(where: FileManager.default.isExecutableFile(atPath:))
    guard let found else { throw DatasetError.noCurl }
    executable = found
  }

  /// Downloads an address into memory. If this program is killed meanwhile, nothing is left on
  /// disk, and curl ends at its next write.
  ///
  /// - Throws: `Failure`, also if there are more than `maximumBytes`.
  func get(_ url: String, maximumBytes: Int) throws -> [UInt8] {
    // NOTE: curl's own --retry would append to what it has already sent.
    let arguments = [
      "--fail", "--location", "--silent", "--show-error", "--globoff", "--connect-timeout", "20",
      "--speed-limit", "1000", "--speed-time", "30", "--max-filesize", "\(maximumBytes)", "--url",
      url,
    ]
    guard let output = try? Channel(), let errors = try? Channel(),
      let process = try? ChildProcess(
        executable, arguments, output: output.writing.fileDescriptor,
        errors: errors.writing.fileDescriptor)
    else { throw Failure(reason: "\(executable) does not start", isTransient: false) }
    // Only curl keeps these ends open, so that reading ends when curl does.
    for channel in [output, errors] { try? channel.writing.close() }
    var bytes: [UInt8] = []
    while bytes.count <= maximumBytes,
      let chunk = try? output.reading.read(upToCount: 1 << 16), !chunk.isEmpty
    {
      bytes += chunk
    }
    if bytes.count > maximumBytes { process.send(SIGTERM) }
    let message = (try? errors.reading.readToEnd()) ?? Data()
    let end = process.wait()
    guard bytes.count <= maximumBytes else {
      throw Failure(reason: "it is larger than \(maximumBytes) bytes", isTransient: false)
    }
    guard end == .exited(0) else {
      throw Self.failure(end, message: String(decoding: message, as: UTF8.self))
    }
    return bytes
  }

  /// Creates a failure from curl's exit code and its last line, such as
  /// `curl: (22) The requested URL returned error: 404`.
  private static func failure(_ end: ChildProcess.End, message: String) -> Failure {
    guard case .exited(let status) = end else {
      return Failure(reason: "curl was killed", isTransient: false)
    }
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
