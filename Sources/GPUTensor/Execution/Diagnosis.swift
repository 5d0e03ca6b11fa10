/// Finding where a number went wrong.
extension CommandList {
  /// Runs launch by launch, each with a look at its tensors behind it.
  ///
  /// NOTE: what no kernel has written yet may hold anything, also what a step before has spoiled; so numbers that are not
  /// finite at the beginning are made zeros.
  ///
  /// - Returns: The label of the first launch that made numbers which are not finite; behind it nothing has run. Nil
  ///   where none did.
  /// - Throws: as `run`.
  public func runToFirstNonFinite() throws -> String? {
    for tensor in launches.flatMap(\.floatTensors) where try !tensor.isFinite() {
      try tensor.write(try tensor.floats().map { $0.isFinite ? $0 : 0 })
    }
    var index = 0
    var culprit: String?
    try enqueue { bound in
      let launch = launches[index]
      index += 1
      guard culprit == nil else { return }
      try bound.enqueue(on: context.queue)
      // An out-of-order queue would begin the next one too soon where there is no tensor to be looked at.
      try context.finish()
      if try !launch.floatTensors.allSatisfy({ try $0.isFinite() }) { culprit = launch.label }
    }
    return culprit
  }
}

extension Launch {
  fileprivate var floatTensors: [Tensor] {
    arguments.compactMap { argument in
      guard case .tensor(let tensor) = argument, tensor.elementType == .float32 else { return nil }
      return tensor
    }
  }
}

extension Tensor {
  fileprivate func isFinite() throws -> Bool { try floats().allSatisfy(\.isFinite) }
}
