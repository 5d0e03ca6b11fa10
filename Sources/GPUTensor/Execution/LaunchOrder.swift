/// An access of a launch to a range of device memory.
struct MemoryAccess {
  /// The buffer that owns the memory, and the range of its bytes.
  let owner: ObjectIdentifier
  let bytes: Range<Int>
  /// Whether the launch may write them.
  let writes: Bool

  /// Returns whether the order of two accesses matters.
  func conflicts(with other: MemoryAccess) -> Bool {
    owner == other.owner && (writes || other.writes) && bytes.overlaps(other.bytes)
  }
}

/// The dependencies between the launches of a list, from the memory that they read and write.
/// Launches without a dependency may overlap, with the same bits as results.
struct LaunchOrder {
  /// The kernel and the memory of a launch.
  struct Needs {
    /// Its kernel. NOTE: launches of one kernel keep their order. POCL up to 5.0 aborts if two of
    /// different sizes run at once, since it loses count of the users of a kernel's code
    /// (`pocl_release_dlhandle_cache`).
    let kernel: KernelVariant
    let memory: [MemoryAccess]

    /// Returns whether the order of two launches matters.
    func conflicts(with other: Needs) -> Bool {
      kernel == other.kernel
        || memory.contains { own in other.memory.contains(where: own.conflicts) }
    }
  }

  /// For each launch, the earlier ones that it waits for, except those that these wait for anyway.
  let awaited: [[Int]]
  /// The launches that no other waits for: when these have ended, all have.
  let last: [Int]

  /// Finds the dependencies of launches, given in the order in which they were recorded.
  init(of launches: [Needs]) {
    var awaited: [[Int]] = []
    // For each launch, all that end before it begins.
    var ended: [Set<Int>] = []
    for (index, launch) in launches.enumerated() {
      var direct: [Int] = []
      var before: Set<Int> = []
      // From the latest, which has waited for most of the others.
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
