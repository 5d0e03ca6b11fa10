/// Finding where a number went wrong.
extension CommandList {
  /// Runs launch by launch, each with a look at its tensors before and behind it.
  ///
  /// NOTE: numbers are counted, since what no kernel has written yet may hold anything.
  ///
  /// - Returns: The label of the first launch that made numbers which are not finite; behind it nothing has run. Nil
  ///   where none did.
  /// - Throws: as `run`.
  public func runToFirstNonFinite() throws -> String? {
    var index = 0
    var culprit: String?
    try enqueue { bound in
      let launch = launches[index]
      index += 1
      guard culprit == nil else { return }
      let before = try launch.nonFiniteCounts()
      try bound.enqueue(on: context.queue)
      let after = try launch.nonFiniteCounts()
      if zip(before, after).contains(where: { $0 < $1 }) { culprit = launch.label }
    }
    return culprit
  }
}

extension Launch {
  /// How many numbers in each of its float tensors are not finite.
  fileprivate func nonFiniteCounts() throws -> [Int] {
    try arguments.compactMap { argument in
      guard case .tensor(let tensor) = argument, tensor.elementType == .float32 else { return nil }
      return try tensor.floats().count { !$0.isFinite }
    }
  }
}
