import GPUTensor

extension StandardError {
  /// Notes that images of this many bytes are streamed to a device.
  static func noteStreaming(of bytes: Int, to device: Device) {
    note(
      """
      the images are streamed from the host's memory: \(bytes >> 20) MiB of them do not fit the \
      \(device.memory >> 20) MiB of \(device.name) beside the rest
      """)
  }
}
