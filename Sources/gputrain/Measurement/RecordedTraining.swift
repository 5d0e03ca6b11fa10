import Datasets
import GPUTensor
import GenerativeModels

extension GenerativeModel {
  /// Records the training on this many images, by default as many as MNIST has. Nothing is
  /// allocated before its lists run.
  ///
  /// - Throws: `ShapeError` if a layer does not fit.
  func recordTraining(
    _ options: TrainingOptions, train: Int = 60_000, validation: Int = 10_000, on context: Context
  ) throws -> any Trainer {
    func store(_ count: Int, _ label: String) -> ImageStore {
      ImageStore(
        context, count: count, pixels: imageShape.reduce(1, *), isLabelled: labels > 0,
        batchSize: options.batchSize, label: label)
    }
    return try makeTrainer(
      options, train: store(train, "training images"),
      validation: store(validation, "validation images"), on: context)
  }

  /// Draws synthetic digits as bytes, (count, height, width, channels), packed. Those of another
  /// size than a data set's are enlarged or reduced to the nearest pixels, and each channel has the
  /// same.
  func syntheticImages(_ count: Int) -> [UInt8] {
    let digits = SyntheticDigits.make(trainCount: count, validationCount: 1).train.pixels
    let (shape, side) = (imageShape, ImageSet.side)
    guard shape != ImageSet.shape else { return digits }
    let places = (0..<shape.reduce(1, *)).map { element in
      let (row, column) = (element / shape[2] / shape[1], element / shape[2] % shape[1])
      return row * side / shape[0] * side + column * side / shape[1]
    }
    return (0..<count).flatMap { image in
      places.map { digits[image * ImageSet.pixelsPerImage + $0] }
    }
  }
}

extension GenerativeModel {
  /// Labels of `count` images for a measurement: the model's classes in turn, or zeros.
  func cycledLabels(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8($0 % max(labels, 1)) }
  }
}
