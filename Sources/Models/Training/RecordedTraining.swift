import Datasets
import GPUTensor

/// A training that is recorded for sets of images, before these are uploaded. Nothing is allocated
/// before its lists run.
package struct RecordedTraining {
  /// The trainer.
  package let trainer: any Trainer
  /// Whether the images are streamed, since they do not fit the device beside the rest.
  package var isStreamed: Bool { trainer.training.store.isStreamed }
  /// The bytes of the images that it trains and validates on.
  package var imageBytes: Int {
    [trainer.training, trainer.validation].reduce(0) { bytes, runner in
      bytes + (runner.map { $0.store.count * $0.store.images[0].columns } ?? 0)
    }
  }

  /// Records the training of a model on this many images, which are streamed if they do not fit.
  ///
  /// - Throws: As the model's trainer.
  package init(
    _ model: any GenerativeModel, _ options: TrainingOptions, train: Int, validation: Int,
    on context: Context
  ) throws {
    trainer = try context.recordFitting { isStreamed in
      func store(_ count: Int, _ label: String) -> ImageStore {
        ImageStore(
          context,
          ImageStore.Layout(
            count: count, pixels: model.imageShape.elements, isLabelled: model.labels > 0,
            isStreamed: isStreamed),
          batchSize: options.batchSize, label: label)
      }
      return try model.makeTrainer(
        options, train: store(train, "training images"),
        validation: store(validation, "validation images"), on: context)
    }
  }

  /// Records the training of a model on a data set, and uploads its images. The labels are the
  /// places of their classes among the data's, if the model takes any.
  ///
  /// - Throws: `ModelError` if the images have another shape than the model's, or not the classes
  ///   that it is conditional on; `OpenCLError`; as the model's trainer.
  package init(
    _ model: any GenerativeModel, _ options: TrainingOptions, on data: Dataset, context: Context
  ) throws {
    try model.check(data.shape, of: data.name)
    try model.checkClasses(of: data)
    try self.init(
      model, options, train: data.train.count, validation: data.validation.count, on: context)
    for (runner, images) in [
      (trainer.training, data.train), (trainer.validation, data.validation),
    ] {
      try runner?.store.upload(images.storage, labels: data.classPlaces(of: images))
    }
  }
}
