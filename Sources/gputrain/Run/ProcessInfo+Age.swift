import Foundation

extension ProcessInfo {
  /// The seconds since this process was started, to a hundredth; nil if the system does not say.
  var secondsSinceStart: Double? {
    // proc(5): the second field is the name, in parentheses; the 22nd is the start, in clock ticks
    // since boot.
    guard let line = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
      let name = line.lastIndex(of: ")")
    else { return nil }
    let fields = line[name...].split(separator: " ")
    var now = timespec()
    guard fields.count > 20, let start = Double(fields[20]),
      clock_gettime(CLOCK_BOOTTIME, &now) == 0
    else { return nil }
    let seconds = Double(now.tv_sec) + Double(now.tv_nsec) * 1e-9
    return seconds - start / Double(sysconf(Int32(_SC_CLK_TCK)))
  }
}
