import Foundation

/// Bars over time for Perfetto and chrome://tracing (Trace Event Format, complete events).
///
/// The bars of a thread may be nested, but must not overlap otherwise.
package struct ChromeTrace: Sendable {
  private struct Event: Encodable {
    let name: String
    let cat: String?
    let ph: String
    /// Microseconds.
    let ts: Double?
    let dur: Double?
    let pid = 1
    let tid = 1
    let args: [String: String]
  }

  private struct Document: Encodable {
    let displayTimeUnit = "ns"
    let traceEvents: [Event]
  }

  private var events: [Event]

  /// Makes a trace of one thread.
  package init(thread: String) {
    events = [
      Event(
        name: "thread_name", cat: nil, ph: "M", ts: nil, dur: nil, args: ["name": thread])
    ]
  }

  /// Adds a bar. Its ends are in nanoseconds, and `end` must not be less than the start.
  package mutating func append(
    _ name: String, category: String, from start: Double, to end: Double,
    _ arguments: [String: String] = [:]
  ) {
    events.append(
      Event(
        name: name, cat: category, ph: "X", ts: start / 1e3, dur: (end - start) / 1e3,
        args: arguments))
  }

  /// Returns the file's content as strict JSON.
  ///
  /// - Throws: never for finite times.
  package func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(Document(traceEvents: events)), as: UTF8.self)
  }
}
