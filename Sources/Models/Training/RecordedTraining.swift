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

  /// Records the training of a model on this many images. If the device has too little memory for
  /// all of them beside the rest, they are streamed.
  ///
  /// - Throws: As the model's trainer.
  package init(
    _ model: any GenerativeModel, _ options: TrainingOptions, train: Int, validation: Int,
    on context: Context
  ) throws {
    let counts = (train: train, validation: validation)
    if let whole = try Self.whole(model, options, counts, on: context) {
      self = whole
    } else {
      self = try Self(model, options, counts, isStreamed: true, on: context)
    }
  }

  /// Records a training with all images on the device; nil if it does not fit. What is recorded
  /// later, such as the drawing of samples, needs some memory too.
  private static func whole(
    _ model: any GenerativeModel, _ options: TrainingOptions,
    _ counts: (train: Int, validation: Int), on context: Context
  ) throws -> Self? {
    let training = try Self(model, options, counts, isStreamed: false, on: context)
    return context.memory.current <= context.device.memory / 16 * 15 ? training : nil
  }

  private init(
    _ model: any GenerativeModel, _ options: TrainingOptions,
    _ counts: (train: Int, validation: Int), isStreamed: Bool, on context: Context
  ) throws {
    func store(_ count: Int, _ label: String) -> ImageStore {
      ImageStore(
        context,
        ImageStore.Layout(
          count: count, pixels: model.imageShape.elements, isLabelled: model.labels > 0,
          isStreamed: isStreamed),
        batchSize: options.batchSize, label: label)
    }
    trainer = try model.makeTrainer(
      options, train: store(counts.train, "training images"),
      validation: store(counts.validation, "validation images"), on: context)
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
      try runner?.store.upload(images.pixels, labels: data.classPlaces(of: images))
    }
  }
}
