import Datasets
import GPUTensor
import GenerativeModels

extension GenerativeModel {
  /// Draws synthetic digits as bytes, (count, height, width, channels), packed. Those of another
  /// size than MNIST's are enlarged or reduced to the nearest pixels, and each channel has the
  /// same.
  func syntheticImages(_ count: Int) -> [UInt8] {
    let digits = SyntheticDigits.make(trainCount: count, validationCount: 1).train
    let (shape, own) = (imageShape, digits.shape)
    let pixels = digits.pixels
    guard shape != own else { return pixels }
    let places = (0..<shape.elements).map { element in
      let pixel = element / shape.channels
      let (row, column) = (pixel / shape.width, pixel % shape.width)
      return row * own.height / shape.height * own.width + column * own.width / shape.width
    }
    return (0..<count).flatMap { image in
      places.map { pixels[image * own.elements + $0] }
    }
  }
}

extension GenerativeModel {
  /// Labels of `count` images for a measurement: the model's classes in turn, or zeros.
  func cycledLabels(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8($0 % max(labels, 1)) }
  }
}
