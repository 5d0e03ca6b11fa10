import Files
import Foundation
import Images

extension RunFolder {
  /// The newest sheet of samples, then all of them, as an animation.
  var animation: String { "\(path)/\(Self.animationName)" }
  static let animationName = "samples.png"

  /// A sheet as a PNG file, and the epoch after which it was drawn.
  struct Sheet {
    let epoch: Int
    let png: [UInt8]
  }

  /// Reads sheets of the first `epochs` epochs, in their order: at most `count`, and about `bytes`
  /// bytes together, evenly spread, with the first and the last. One that cannot be read is left
  /// out, since it is not worth an error.
  ///
  /// - Returns: The sheets, and the number of those that there are.
  func sheets(
    _ path: (Int) -> String, through epochs: Int, count: Int, bytes: Int
  ) -> (chosen: [Sheet], drawn: Int) {
    func read(_ epoch: Int) -> Sheet? {
      (try? readFile(path: path(epoch), maximumBytes: 1 << 24)).flatMap { png in
        PictureFormat(of: png) == .png ? Sheet(epoch: epoch, png: png) : nil
      }
    }
    let drawn = (1..<epochs + 1).filter { isRegularFile(path($0)) }
    guard let newest = drawn.last.flatMap(read) else { return ([], drawn.count) }
    let most = min(count, max(2, bytes / newest.png.count))
    return (drawn.spread(over: most).compactMap(read), drawn.count)
  }

  /// Writes the animation of the first `epochs` epochs.
  ///
  /// It is made again from the sheets, so that it does not depend on when the run was stopped.
  ///
  /// - Throws: `FileError`.
  func writeAnimation(through epochs: Int) throws {
    let sheets = sheets(
      samples, through: epochs, count: Self.mostFrames, bytes: Self.mostAnimationBytes
    ).chosen
    guard let newest = sheets.last else { return }
    // First the newest: it is what programs show that do not know animations.
    let frames =
      [AnimatedPNG.Frame(png: newest.png, milliseconds: 2000)]
      + sheets.dropLast().map { AnimatedPNG.Frame(png: $0.png, milliseconds: 200) }
    // Only sheets that were changed differ in size.
    guard let bytes = try? AnimatedPNG.encode(frames) else { return }
    try AtomicFile.write(bytes, to: animation)
  }

  private static let mostFrames = 48
  private static let mostAnimationBytes = 4 << 20
}

extension [Int] {
  /// Picks at most `count` of the numbers, at least 2, evenly spread, with the first and the last.
  func spread(over count: Int) -> [Int] {
    guard self.count > count else { return self }
    return (0..<count).map { self[$0 * (self.count - 1) / (count - 1)] }
  }
}
