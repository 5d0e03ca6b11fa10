/// Nearest-neighbour upsampling of maps, as PyTorch's Upsample.
public enum ReferenceUpsample {
  /// Returns the element of x, `maps`, that becomes an element of y.
  public static func source(of element: Int, _ maps: ReferenceMaps, factor: Int) -> Int {
    let (pixel, channel) = element.quotientAndRemainder(dividingBy: maps.channels)
    let (row, column) = pixel.quotientAndRemainder(dividingBy: maps.width * factor)
    return (row / factor * maps.width + column / factor) * maps.channels + channel
  }

  /// Returns the gradient of an element of x, `maps`: the sum of dy over its pixels.
  public static func backward(
    at element: Int, _ dy: [Float], _ maps: ReferenceMaps, factor: Int
  ) -> Double {
    let (pixel, channel) = element.quotientAndRemainder(dividingBy: maps.channels)
    let (row, column) = pixel.quotientAndRemainder(dividingBy: maps.width)
    var sum = 0.0
    for i in 0..<factor {
      for j in 0..<factor {
        let place = (row * factor + i) * maps.width * factor + column * factor + j
        sum += Double(dy[place * maps.channels + channel])
      }
    }
    return sum
  }
}
