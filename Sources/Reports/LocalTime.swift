import Foundation

/// Formats a time in the local time zone, by default the current one.
///
/// - Parameter format: As for C's `strftime`, such as `%H:%M:%S`.
package func localTime(_ format: String, of date: Date = Date()) -> String {
  var (seconds, local) = (time_t(date.timeIntervalSince1970.rounded(.down)), tm())
  localtime_r(&seconds, &local)
  return String(unsafeUninitializedCapacity: 64) { text in
    text.withMemoryRebound(to: CChar.self) { strftime($0.baseAddress, $0.count, format, &local) }
  }
}
