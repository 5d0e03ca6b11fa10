import Images

extension GenerativeModel {
  /// The shape of an image. If a network takes or makes images as maps,
  /// these give the shape. Otherwise images are grey, and square or, if that is not possible, a
  /// single row.
  public var imageShape: ImageShape {
    let pixels = decoder.output.reduce(1, *)
    let shapes = [imageEncoder?.input, imageJudge?.input, decoder.output].compactMap { $0 }
    if let map = shapes.first(where: { $0.count == 3 && $0.reduce(1, *) == pixels }) {
      return ImageShape(height: map[0], width: map[1], channels: map[2])
    }
    return ImageShape(ofFlat: pixels)
  }

  /// Converts images, packed and in the model's range, to pictures. Three channels are red, green
  /// and blue; of another number, a picture shows the mean in grey.
  ///
  /// - Throws: `ImageError` if they are not whole images.
  public func pictures(_ images: [Float]) throws -> [Picture] {
    var (values, shape) = (images, imageShape)
    let channels = shape.channels
    if ![1, 3].contains(channels) {
      guard images.count.isMultiple(of: channels) else {
        throw ImageError.size(values: images.count, shape: shape)
      }
      values = stride(from: 0, to: images.count, by: channels).map {
        images[$0..<$0 + channels].reduce(0, +) / Float(channels)
      }
      shape = ImageShape(height: shape.height, width: shape.width, channels: 1)
    }
    return try Picture.tiles(
      values, low: imageRange.lowerBound, high: imageRange.upperBound, shape: shape)
  }
}

extension ImageShape {
  /// The shape of images of which only the number of pixels is known: they are grey, and square or,
  /// if that is not possible, a single row.
  init(ofFlat pixels: Int) {
    let side = Int(Double(pixels).squareRoot())
    self =
      side * side == pixels
      ? ImageShape(height: side, width: side, channels: 1)
      : ImageShape(height: 1, width: pixels, channels: 1)
  }
}
