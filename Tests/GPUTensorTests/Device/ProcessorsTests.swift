import Files
import Foundation
import TestFiles
import Testing

@testable import GPUTensor

@Suite struct ProcessorsTests {
  @Test func thisProcessMayUseACPU() {
    #expect(!Processors.allowed.isEmpty)
    #expect((1...Processors.allowed.count).contains(Processors.runnable))
    #expect(Processors.threads.contains(getpid()))
  }

  @Test func aPinnedThreadHasOneCPU() throws {
    let cpu = try #require(Processors.allowed.last)
    let (pinned, before) = try onThread {
      let before = Processors.allowed
      let thread = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/thread-self")
      Processors.pin(thread.flatMap { Int32(($0 as NSString).lastPathComponent) } ?? 0, to: cpu)
      return (Processors.allowed, before)
    }
    #expect(pinned == [cpu])
    #expect(Processors.allowed == before)
  }

  /// Returns what `body` returns on its own thread.
  private func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) throws -> Value {
    let box = Box<Value>()
    pthread_join(try startThread { box.value = body() }, nil)
    return try #require(box.value)
  }

  private final class Box<Value>: @unchecked Sendable { var value: Value? }

  @Test func quotasOfBothVersions() throws {
    let folder = try TemporaryFolder()
    func write(_ text: String, _ name: String) throws {
      try createFolder(
        "\(folder.path)/\(name.split(separator: "/").dropLast().joined(separator: "/"))")
      try AtomicFile.write(text + "\n", to: "\(folder.path)/\(name)")
    }
    func quota(_ groups: String, _ mounts: String) -> Double? {
      CPUQuota(groups: groups, mounts: mounts).cpus
    }
    let unified = "41 31 0:38 / \(folder.path)/v2 rw - cgroup2 cgroup2 rw\n"
    #expect(quota("0::/a/b\n", unified) == nil)
    try write("max 100000", "v2/a/b/cpu.max")
    #expect(quota("0::/a/b\n", unified) == nil)
    try write("150000 100000", "v2/a/cpu.max")
    #expect(quota("0::/a/b\n", unified) == 1.5)
    try write("50000 100000", "v2/a/b/cpu.max")
    #expect(quota("0::/a/b\n", unified) == 0.5)
    #expect(quota("0::/a\n", unified) == 1.5)
    #expect(quota("0::/\n", unified) == nil)

    let older = "32 31 0:29 / \(folder.path)/cpu rw - cgroup cgroup rw,cpu,cpuacct\n"
    try write("-1", "cpu/cpu.cfs_quota_us")
    try write("100000", "cpu/cpu.cfs_period_us")
    #expect(quota("2:cpu,cpuacct:/\n1:cpuset:/x\n", older) == nil)
    try write("200000", "cpu/job/cpu.cfs_quota_us")
    try write("100000", "cpu/job/cpu.cfs_period_us")
    #expect(quota("2:cpu,cpuacct:/job\n", older) == 2)
    // In a container the mount may start at the container's own group.
    let inside = older.replacing("0:29 /", with: "0:29 /docker/1")
    #expect(quota("2:cpu:/docker/1/job\n", inside) == 2)
    #expect(quota("2:cpu:/docker/1\n", inside) == nil)
    #expect(quota("nonsense\n::\n", "nonsense\n- -\n") == nil)
  }
}
