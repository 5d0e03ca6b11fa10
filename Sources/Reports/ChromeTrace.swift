import Foundation

/// Bars over time, as Perfetto and chrome://tracing show them (Trace Event Format, complete events).
///
/// Those of one thread may lie within each other, and do not overlap otherwise.
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

  /// A trace of one thread.
  package init(thread: String) {
    events = [
      Event(
        name: "thread_name", cat: nil, ph: "M", ts: nil, dur: nil, args: ["name": thread])
    ]
  }

  /// Adds a bar, from and to so many nanoseconds, of which `end` is not the smaller.
  package mutating func append(
    _ name: String, category: String, from start: Double, to end: Double,
    _ arguments: [String: String] = [:]
  ) {
    events.append(
      Event(
        name: name, cat: category, ph: "X", ts: start / 1e3, dur: (end - start) / 1e3,
        args: arguments))
  }

  /// The file: strict JSON.
  ///
  /// - Throws: never for finite times.
  package func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(Document(traceEvents: events)), as: UTF8.self)
  }
}
