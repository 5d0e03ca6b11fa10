import Images

extension GenerativeModel {
  /// The height and width of an image. If a network takes or makes maps, these give the size.
  /// Otherwise images are square or, if that is not possible, a single row.
  public var imageSize: (height: Int, width: Int) {
    let pixels = decoder.output.reduce(1, *)
    let maps = networks.flatMap { [$0.value.input, $0.value.output] }
    if let map = maps.first(where: { $0.count == 3 && $0[2] == 1 && $0[0] * $0[1] == pixels }) {
      return (map[0], map[1])
    }
    let side = Int(Double(pixels).squareRoot())
    return side * side == pixels ? (side, side) : (1, pixels)
  }

  /// Converts images, packed and in the model's range, to pictures.
  ///
  /// - Throws: `ImageError` if they are not whole images.
  public func pictures(_ images: [Float]) throws -> [GrayImage] {
    let (range, size) = (imageRange, imageSize)
    return try GrayImage.tiles(
      images, low: range.lowerBound, high: range.upperBound, width: size.width, height: size.height)
  }
}
