import Images
import SafeTensors

extension SafeTensor {
  /// Makes an F32 tensor of images of one shape: (n, height, width) if they have one channel,
  /// (n, height, width, channels) otherwise.
  init(name: String, _ images: [Float], of shape: ImageShape) {
    self.init(
      name: name, examples: images, of: shape.channels == 1 ? shape.sizes.dropLast() : shape.sizes)
  }
}
