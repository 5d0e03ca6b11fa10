/// Labels that join examples as one-hot codes, as PyTorch's cat with one_hot.
public enum ReferenceLabels {
  /// Returns an element of the joined examples.
  ///
  /// - Parameters:
  ///   - element: The element's index in (rows, positions, channels + classes).
  ///   - x: The examples, (rows, positions, channels), packed.
  ///   - labels: The labels; they repeat.
  ///   - positions: The positions of an example.
  ///   - channels: The numbers at a position.
  ///   - classes: The length of a code.
  public static func joined(
    at element: Int, _ x: [Float], _ labels: [UInt8], positions: Int, channels: Int, classes: Int
  ) -> Float {
    let (position, channel) = element.quotientAndRemainder(dividingBy: channels + classes)
    guard channel >= channels else { return x[position * channels + channel] }
    return Int(labels[position / positions % labels.count]) == channel - channels ? 1 : 0
  }

  /// Returns the index of an element of x among the joined examples.
  public static func place(of element: Int, channels: Int, classes: Int) -> Int {
    let (position, channel) = element.quotientAndRemainder(dividingBy: channels)
    return position * (channels + classes) + channel
  }
}
