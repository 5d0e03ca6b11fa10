import CScheduler
import Files
import Foundation

/// The CPUs that the system lets this process use, and the placement of threads on them.
enum Processors {
  /// The CPUs in the calling thread's affinity mask, in ascending order; all that are online if the
  /// system does not say.
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

  /// How many threads may run at once: the CPUs of the mask, or fewer if a control group grants
  /// less time than theirs. A part of a CPU counts as one.
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
  /// CPUs' worth of time: the least that the process's group and those above it grant; nil without
  /// a limit.
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

  /// The CPUs' worth of time that one group grants; nil without a limit.
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
  /// Whether it is the one hierarchy of cgroup v2.
  let isUnified: Bool
  /// The controllers of a v1 hierarchy, among other options.
  let controllers: Set<Substring>
  private let root: String
  private let place: String

  /// The mount of a line of `mountinfo`; nil if it is none of control groups.
  init?(_ line: Substring) {
    let halves = line.split(separator: " ").split(separator: "-", maxSplits: 1)
    guard halves.count == 2, halves[0].count >= 5, let kind = halves[1].first,
      kind.hasPrefix("cgroup")
    else { return nil }
    isUnified = kind == "cgroup2"
    controllers = Set(halves[1].last?.split(separator: ",") ?? [])
    (root, place) = (String(halves[0][3]), String(halves[0][4]))
  }

  /// The folders of a group and of those above it, as far as this mount shows them.
  func folders(of group: String) -> [String] {
    let below =
      root == "/" ? group : group.hasPrefix(root) ? String(group.dropFirst(root.count)) : ""
    let names = below.split(separator: "/")
    return (0...names.count).map {
      ([place] + names.prefix($0).map(String.init)).joined(separator: "/")
    }
  }
}

/// The text of a small system file; empty if it cannot be read.
private func text(of path: String) -> String {
  (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
}
