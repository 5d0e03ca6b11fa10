import GPUTensor

extension Context {
  /// Returns what `record` records for images that are all on the device. If these do not fit its
  /// memory beside the rest, it records for streamed images instead.
  ///
  /// What comes later needs memory too: the self-test takes as much again for the images, and the
  /// drawing of samples some more.
  ///
  /// - Parameter record: Creates the stores and records the lists that use them, without an upload;
  ///   gets whether the images are streamed.
  package func recordFitting<Recording>(
    _ record: (_ isStreamed: Bool) throws -> Recording
  ) rethrows -> Recording {
    // NOTE: what does not fit is released before the second recording.
    func whole() throws -> Recording? {
      let recording = try record(false)
      let needed = memory.current + (memory.kinds[.images] ?? 0)
      return needed <= device.memory / 16 * 15 ? recording : nil
    }
    return try whole() ?? record(true)
  }
}
