/// An access of a launch to a range of device memory.
struct MemoryAccess {
  /// The buffer that owns the memory, and the bytes of it.
  let owner: ObjectIdentifier
  let bytes: Range<Int>
  /// Whether the launch may write them.
  let writes: Bool

  /// Whether it matters which of two comes first.
  func conflicts(with other: MemoryAccess) -> Bool {
    owner == other.owner && (writes || other.writes) && bytes.overlaps(other.bytes)
  }
}

/// The launches of a list that must end before another begins, because of what they read and write.
/// All others may overlap, with the same bits as results.
struct LaunchOrder {
  /// What a launch needs.
  struct Needs {
    /// Its kernel. NOTE: launches of one kernel keep their order, as POCL up to 5.0 loses count of
    /// who uses a kernel's code where two of different sizes are under way, and aborts
    /// (`pocl_release_dlhandle_cache`).
    let kernel: KernelVariant
    let memory: [MemoryAccess]

    /// Whether it matters which of two comes first.
    func conflicts(with other: Needs) -> Bool {
      kernel == other.kernel
        || memory.contains { own in other.memory.contains(where: own.conflicts) }
    }
  }

  /// For each launch the earlier ones that it waits for, without those that these wait for anyway.
  let awaited: [[Int]]
  /// The launches that no other waits for: when they have ended, all have.
  let last: [Int]

  /// The order of launches with these needs, in the order of their calls.
  init(of launches: [Needs]) {
    var awaited: [[Int]] = []
    /// For each launch all that end before it begins.
    var ended: [Set<Int>] = []
    for (index, launch) in launches.enumerated() {
      var direct: [Int] = []
      var before: Set<Int> = []
      // From the latest, since it has waited for most of the others.
      for earlier in (0..<index).reversed()
      where !before.contains(earlier) && launch.conflicts(with: launches[earlier]) {
        direct.append(earlier)
        before.formUnion(ended[earlier])
        before.insert(earlier)
      }
      awaited.append(direct)
      ended.append(before)
    }
    self.awaited = awaited
    last = Set(launches.indices).subtracting(awaited.joined()).sorted()
  }
}
