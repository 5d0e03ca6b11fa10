import GPUTensor

/// The division of batches into shards. The gradients of the shards are summed in a fixed order, so
/// that the bits depend on the number of shards alone.
struct Shards: Sendable, Equatable {
  /// The number of shards of a batch, at least 1.
  let count: Int

  init(_ count: Int) { self.count = count }

  /// The most rows that a shard of a batch of `rows` has.
  func mostRows(of rows: Int) -> Int { (rows + count - 1) / count }

  /// Returns the rows of a shard of a batch of `rows`. There are none if there are too few rows.
  func rows(of shard: Int, in rows: Int) -> Range<Int> {
    func start(_ shard: Int) -> Int { (shard * rows + count - 1) / count }
    return start(shard)..<start(shard + 1)
  }

  /// Visits the shards in their order, and the joints of a binary tree over them.
  ///
  /// A joint adds the sum of the second half of some shards to that of the first half. Halves
  /// without rows have no sum and no joint.
  ///
  /// - Parameters:
  ///   - rows: The rows of the batch.
  ///   - visit: Called for each shard that has rows.
  ///   - keep: Called between two halves, with the depth of their joint, from 0.
  ///   - join: Called after the second half, with the depth and whether it joins all shards.
  func walk(
    rows: Int, visit: (Int) throws -> Void, keep: (Int) -> Void,
    join: (_ depth: Int, _ isLast: Bool) -> Void
  ) rethrows {
    func isEmpty(_ shards: Range<Int>) -> Bool {
      shards.allSatisfy { self.rows(of: $0, in: rows).isEmpty }
    }
    func walk(_ shards: Range<Int>, depth: Int, isWhole: Bool) throws {
      guard shards.count > 1 else { return try visit(shards.lowerBound) }
      let middle = shards.lowerBound + shards.count / 2
      let halves = [shards.lowerBound..<middle, middle..<shards.upperBound].filter { !isEmpty($0) }
      guard halves.count == 2 else {
        return try walk(halves[0], depth: depth + 1, isWhole: isWhole)
      }
      try walk(halves[0], depth: depth + 1, isWhole: false)
      keep(depth)
      try walk(halves[1], depth: depth + 1, isWhole: false)
      join(depth, isWhole)
    }
    try walk(0..<count, depth: 0, isWhole: true)
  }

  /// The depth of the tree: the number of sums to keep at once.
  var depth: Int { Int.bitWidth - (count - 1).leadingZeroBitCount }
}

/// The memory in which the shards of a step are summed.
struct ShardSums {
  let shards: Shards
  /// The loss terms of each shard.
  let meters: [Meter]
  /// The sums of the gradients of each parameter set.
  private let gradients: [ShardTree]
  /// The sums of the running statistics of each parameter set; nil without any.
  private let statistics: [ShardTree?]
  private let sets: [ParameterSet]

  /// Creates the memory for batches of at most `batchSize` rows.
  init(
    _ shards: Shards, terms: [String], of sets: [ParameterSet], batchSize: Int,
    on context: Context
  ) {
    self.shards = shards
    self.sets = sets
    meters = (0..<shards.count).map { _ in
      Meter(context, names: terms, batchSize: shards.mostRows(of: batchSize))
    }
    gradients = sets.map { ShardTree($0.gradients, shards, kind: .gradients, on: context) }
    statistics = sets.map { set in
      set.flatStatistics.map { ShardTree($0, shards, kind: .parameters, on: context) }
    }
  }

  /// Records what computes the gradients of a set for each shard, and their sum.
  ///
  /// Each shard begins with the same running statistics. Afterwards these are the means over the
  /// shards.
  ///
  /// - Parameters:
  ///   - set: The parameter set whose gradients are summed.
  ///   - normalizing: The sets whose running statistics change.
  ///   - rows: The rows of the batch.
  ///   - list: The list to append to.
  ///   - record: Records a shard.
  func record(
    gradientsOf set: ParameterSet, normalizing: [ParameterSet], rows: Int,
    on list: CommandList, shard record: (Int) throws -> Void
  ) rethrows {
    let summed = zip(sets, gradients).filter { $0.0 === set }.map(\.1)
    let averaged = zip(sets, statistics).compactMap { pair in
      normalizing.contains { $0 === pair.0 } ? pair.1 : nil
    }
    let present = (0..<shards.count).filter { !shards.rows(of: $0, in: rows).isEmpty }
    try shards.walk(rows: rows) { shard in
      if present.count > 1 {
        for tree in averaged { shard == present[0] ? tree.begin(on: list) : tree.restart(on: list) }
      }
      try record(shard)
    } keep: { depth in
      for tree in summed + averaged { tree.keep(depth, on: list) }
    } join: { depth, isLast in
      for tree in summed { tree.join(depth, on: list) }
      let scale = isLast ? 1 / Float(present.count) : 1
      for tree in averaged { tree.join(depth, scale: scale, on: list) }
    }
  }

  /// Records the copies of the loss terms of all shards to those of the batch.
  func gatherTerms(into meter: Meter, rows: Int, on list: CommandList) {
    for shard in 0..<shards.count {
      let range = shards.rows(of: shard, in: rows)
      guard !range.isEmpty else { continue }
      let from = meters[shard].terms
      for (index, name) in meter.names.enumerated() {
        list.copy(
          "\(name).gather", index * from.columns..<index * from.columns + range.count,
          of: from.reshaped([from.count, 1]), to: index * meter.terms.columns + range.lowerBound,
          of: meter.terms.reshaped([meter.terms.count, 1]))
      }
    }
  }
}

/// The sum over shards of what each of them writes to one tensor.
private struct ShardTree {
  private let sum: Tensor  // (1, count): of the shards so far
  private let kept: [Tensor]  // (1, count): the sum of a first half, by depth
  private let start: Tensor  // (1, count): what each shard begins with

  init(_ flat: Tensor, _ shards: Shards, kind: MemoryKind, on context: Context) {
    let label = flat.buffer.label
    let shape = [1, flat.count]
    sum = flat.reshaped(shape)
    kept = (0..<shards.depth).map {
      Tensor(context, shape, kind: kind, label: "sum \($0) of \(label)")
    }
    start = Tensor(context, shape, kind: kind, label: "start of \(label)")
  }

  /// Keeps what the first shard begins with.
  func begin(on list: CommandList) { list.copy("shards.begin", 0..<1, of: sum, to: 0, of: start) }

  /// Lets the next shard begin with the same.
  func restart(on list: CommandList) {
    list.copy("shards.restart", 0..<1, of: start, to: 0, of: sum)
  }

  func keep(_ depth: Int, on list: CommandList) {
    list.copy("shards.keep", 0..<1, of: sum, to: 0, of: kept[depth])
  }

  func join(_ depth: Int, scale: Float = 1, on list: CommandList) {
    list.add("shards.join", kept[depth], scale: scale, to: sum)
  }
}
