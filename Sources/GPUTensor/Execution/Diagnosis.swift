/// Finds the launch that first wrote a number that is not finite.
extension CommandList {
  /// Runs the list launch by launch, and checks the tensors of each launch after it.
  ///
  /// NOTE: memory that no kernel has written yet may hold anything, such as results of the step
  /// that failed. So numbers that are not finite at the beginning are set to zero.
  ///
  /// - Returns: The label of the first launch that wrote a number that is not finite, after which
  ///   nothing has run; nil if there is none.
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
      // An out-of-order queue would start the next launch too early if there is no tensor to check.
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
