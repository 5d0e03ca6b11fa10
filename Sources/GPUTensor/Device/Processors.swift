import CScheduler
import Files
import Foundation

/// The CPUs that the system lets this process use, and the placement of threads on them.
enum Processors {
  /// The CPUs in the calling thread's affinity mask, in ascending order; all online CPUs if the
  /// mask cannot be read.
  static var allowed: [Int] {
    // NOTE: the call fails for a buffer smaller than the kernel's own masks.
    for words in [16, 128, 1024] {
      var mask = [UInt](repeating: 0, count: words)
      guard sched_getaffinity(0, UInt(words * MemoryLayout<UInt>.size), &mask) == 0 else {
        continue
      }
      return (0..<words * UInt.bitWidth).filter {
        mask[$0 / UInt.bitWidth] >> UInt($0 % UInt.bitWidth) & 1 == 1
      }
    }
    return Array(0..<max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
  }

  /// The number of threads that may run at once: that of the CPUs in the mask, or less if a control
  /// group limits the CPU time. A fraction of a CPU counts as one.
  static var runnable: Int {
    let granted = CPUQuota().cpus.map { max(1, Int($0.rounded(.up))) }
    return max(1, min(allowed.count, granted ?? allowed.count))
  }

  /// The ids of this process's threads.
  static var threads: Set<Int32> {
    Set(
      (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task"))?
        .compactMap { Int32($0) } ?? [])
  }

  /// Restricts a thread to one CPU. Does nothing if the thread has ended or the CPU is not allowed.
  static func pin(_ thread: Int32, to cpu: Int) {
    var mask = [UInt](repeating: 0, count: cpu / UInt.bitWidth + 1)
    mask[cpu / UInt.bitWidth] = 1 << UInt(cpu % UInt.bitWidth)
    _ = sched_setaffinity(thread, UInt(mask.count * MemoryLayout<UInt>.size), mask)
  }
}

/// The CPU time that control groups (cgroup v1 or v2) grant to this process.
struct CPUQuota {
  /// The number of CPUs: the least that the process's group and those above it grant; nil without a
  /// limit.
  let cpus: Double?

  /// Reads the groups of a process.
  ///
  /// - Parameters:
  ///   - groups: The text of `/proc/self/cgroup`.
  ///   - mounts: The text of `/proc/self/mountinfo`.
  init(
    groups: String = text(of: "/proc/self/cgroup"),
    mounts: String = text(of: "/proc/self/mountinfo")
  ) {
    let limits = groups.split(separator: "\n").flatMap { line -> [Double] in
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { return [] }
      let controllers = fields[1].split(separator: ",")
      guard controllers.isEmpty || controllers.contains("cpu") else { return [] }
      let mount = mounts.split(separator: "\n").lazy.compactMap(CGroupMount.init)
        .first { controllers.isEmpty ? $0.isUnified : $0.controllers.contains("cpu") }
      return mount?.folders(of: String(fields[2])).compactMap(Self.limit) ?? []
    }
    cpus = limits.min()
  }

  /// Returns the number of CPUs that one group grants; nil without a limit.
  private static func limit(of folder: String) -> Double? {
    let unified = text(of: "\(folder)/cpu.max").split(whereSeparator: \.isWhitespace)
    let words =
      unified.count == 2
      ? unified.map(String.init)
      : ["quota", "period"].map { text(of: "\(folder)/cpu.cfs_\($0)_us").trimmingWhitespace() }
    guard let quota = Double(words[0]), let period = Double(words[1]), quota > 0, period > 0 else {
      return nil
    }
    return quota / period
  }
}

/// A mounted hierarchy of control groups.
private struct CGroupMount {
  /// Whether it is the unified hierarchy of cgroup v2.
  let isUnified: Bool
  /// The mount's options, which include the controllers of a v1 hierarchy.
  let controllers: Set<Substring>
  private let root: String
  private let place: String

  /// Parses a line of `mountinfo`; nil if it is not a mount of control groups.
  init?(_ line: Substring) {
    let halves = line.split(separator: " ").split(separator: "-", maxSplits: 1)
    guard halves.count == 2, halves[0].count >= 5, let kind = halves[1].first,
      kind.hasPrefix("cgroup")
    else { return nil }
    isUnified = kind == "cgroup2"
    controllers = Set(halves[1].last?.split(separator: ",") ?? [])
    (root, place) = (String(halves[0][3]), String(halves[0][4]))
  }

  /// Returns the folders of a group and of those above it that this mount contains.
  func folders(of group: String) -> [String] {
    let below =
      root == "/" ? group : group.hasPrefix(root) ? String(group.dropFirst(root.count)) : ""
    let names = below.split(separator: "/")
    return (0...names.count).map {
      ([place] + names.prefix($0).map(String.init)).joined(separator: "/")
    }
  }
}

/// Returns the text of a small system file; empty if it cannot be read.
private func text(of path: String) -> String {
  (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
}
