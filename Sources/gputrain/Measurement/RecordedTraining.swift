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
        context, count: count, pixels: ImageSet.pixelsPerImage, batchSize: options.batchSize,
        label: label)
    }
    return try makeTrainer(
      options, train: store(train, "training images"),
      validation: store(validation, "validation images"), on: context)
  }
}

extension GenerativeModel {
  /// Labels of `count` images for a measurement: the model's classes in turn, or zeros.
  func cycledLabels(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8($0 % max(labels, 1)) }
  }
}
