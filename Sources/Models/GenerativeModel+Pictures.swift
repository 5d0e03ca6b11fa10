import Images

extension GenerativeModel {
  /// The shape of an image, (height, width, channels). If a network takes or makes images as maps,
  /// these give the shape. Otherwise images are grey, and square or, if that is not possible, a
  /// single row.
  public var imageShape: Shape {
    let pixels = decoder.output.reduce(1, *)
    let shapes = [imageEncoder?.input, imageJudge?.input, decoder.output].compactMap { $0 }
    if let map = shapes.first(where: { $0.count == 3 && $0.reduce(1, *) == pixels }) { return map }
    let side = Int(Double(pixels).squareRoot())
    return side * side == pixels ? [side, side, 1] : [1, pixels, 1]
  }

  /// The height and width of an image.
  public var imageSize: (height: Int, width: Int) { (imageShape[0], imageShape[1]) }

  /// Converts images, packed and in the model's range, to pictures. A picture shows the mean of an
  /// image's channels.
  ///
  /// - Throws: `ImageError` if they are not whole images.
  public func pictures(_ images: [Float]) throws -> [GrayImage] {
    let (range, shape) = (imageRange, imageShape)
    let channels = shape[2]
    let means =
      channels == 1 || !images.count.isMultiple(of: channels)
      ? images
      : stride(from: 0, to: images.count, by: channels).map {
        images[$0..<$0 + channels].reduce(0, +) / Float(channels)
      }
    return try GrayImage.tiles(
      means, low: range.lowerBound, high: range.upperBound, width: shape[1], height: shape[0])
  }
}
