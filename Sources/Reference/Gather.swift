/// A batch of images, gathered from a data set of bytes and scaled.
public enum ReferenceGather {
  /// Returns the given rows of (images, size) bytes, with a byte v converted to
  /// v / 255 (high - low) + low: (rows.count, size).
  public static func forward(
    _ images: [UInt8], size: Int, rows: [Int], low: Double, high: Double
  ) -> [Double] {
    rows.flatMap { row in
      images[(row * size)..<((row + 1) * size)].map { Double($0) / 255 * (high - low) + low }
    }
  }

  /// Returns `image` (height, width), shifted by `right` pixels to the right and `down` pixels
  /// down, and padded with 0.
  public static func shifted(_ image: [Double], width: Int, right: Int, down: Int) -> [Double] {
    image.indices.map { index in
      let (line, column) = (index / width - down, index % width - right)
      let isInside = line >= 0 && line < image.count / width && column >= 0 && column < width
      return isInside ? image[line * width + column] : 0
    }
  }
}
