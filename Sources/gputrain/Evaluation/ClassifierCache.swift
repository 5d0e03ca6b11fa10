import Datasets
import Files
import Foundation
import GPUTensor
import Models
import Reports
import SafeTensors

/// A classifier that was trained on a data set's labels: in the cache folder, or on the spot.
struct ClassifierCache {
  let model: any ClassifyingModel.Type
  let data: Dataset
  let seed: UInt64

  /// A trained classifier.
  struct Classifier {
    let parameters: ParameterSet
    /// The part of the validation images that it tells rightly.
    let accuracy: Double
  }

  /// The data set's labels can teach the classifier.
  ///
  /// - Throws: `InputError` where labels are missing, or too large.
  init(_ model: any ClassifyingModel.Type, _ data: Dataset, seed: UInt64) throws {
    for (images, what) in [(data.train, "training"), (data.validation, "validation")] {
      guard let labels = images.labels else {
        throw InputError(
          description: """
            \(data.name) has no labels for its \(what) images, which the classifier behind `evaluate` learns from; \
            put their IDX file beside the images
            """)
      }
      if let label = labels.first(where: { $0 >= model.classes }) {
        throw InputError(
          description: """
            \(data.name) has the label \(label) among its \(what) images; `evaluate` knows \(model.classes) classes, \
            from 0
            """)
      }
    }
    (self.model, self.data, self.seed) = (model, data, seed)
  }

  /// The classifier's file, for these images, this seed and this way of training.
  var path: String {
    let identity = [
      data.contentHash, model.name, "\(seed)", "\(model.epochs)",
      "\(model.settlingEpochs)", "\(model.batchSize)", "\(model.learningRate)", "\(model.shift)",
      "\(model.features)", "\(model.head)",
    ]
    let digest = Digest.sha256.hex(of: [Array(identity.joined(separator: "\n").utf8)])
    return "\(cacheFolder())/classifiers/\(digest).safetensors"
  }

  /// Reads the classifier, or trains it and keeps it.
  ///
  /// - Throws: `InputError` where the training diverges; `OpenCLError`.
  func classifier(on context: Context) throws -> Classifier {
    if isRegularFile(path) {
      if let classifier = read(on: context) {
        StandardError.print("classifier: \(Self.describe(classifier.accuracy)), \(path)")
        warn(of: classifier)
        return classifier
      }
      StandardError.print("note: \(path) is damaged, so the classifier is trained again")
    }
    let trained = try train(on: context)
    StandardError.print("classifier: \(Self.describe(trained.classifier.accuracy))")
    warn(of: trained.classifier)
    do {
      try createFolder(parent)
      try AtomicFile.write(try trained.file.encoded(), to: path)
    } catch let error as FileError {
      StandardError.print("note: the classifier is not kept: \(error)")
    }
    return trained.classifier
  }

  /// Whether a classifier that has learned so many images of a data set is worse than it should be, which is known only
  /// of all of MNIST: it tells less than 99 % of the test images rightly.
  static func isWeak(accuracy: Double, on dataset: String, trainImages: Int) -> Bool {
    dataset == KnownDataset.mnist.name && trainImages == 60_000 && accuracy < 0.99
  }

  private func warn(of classifier: Classifier) {
    let count = data.train.count
    guard Self.isWeak(accuracy: classifier.accuracy, on: data.name, trainImages: count) else {
      return
    }
    StandardError.print(
      """
      warning: the classifier should tell 99 % of MNIST's test images rightly, so what is measured by it says little; \
      try another --classifier-seed, and gputrain selftest
      """)
  }

  /// An accuracy in words.
  private static func describe(_ accuracy: Double) -> String {
    String(format: "%.2f %% of the validation images told rightly", accuracy * 100)
  }

  private var parent: String { "\(cacheFolder())/classifiers" }

  /// What the file holds; nil where it is not what it should be.
  private func read(on context: Context) -> Classifier? {
    guard let file = try? SafeTensorsFile.read(path),
      let accuracy = file.metadata[Self.accuracyKey].flatMap(Double.init),
      (0...1).contains(accuracy)
    else { return nil }
    let parameters = ParameterSet(context, of: model.features, model.head)
    guard (try? Checkpoint(file: file).restore(parameters)) != nil else { return nil }
    return Classifier(parameters: parameters, accuracy: accuracy)
  }

  private static let accuracyKey = "accuracy"

  private func train(
    on context: Context
  ) throws -> (classifier: Classifier, file: SafeTensorsFile) {
    func store(_ images: ImageSet, _ label: String) throws -> ImageStore {
      try ImageStore(
        context, pixels: images.pixels, labels: images.labels ?? [], batchSize: model.batchSize,
        label: label)
    }
    let trainer = try ClassifierTrainer(
      model, seed: seed, train: try store(data.train, "classified images"),
      validation: try store(data.validation, "validation images"), on: context)
    try KernelCache.compile(trainer.lists)
    try trainer.initialize()
    StandardError.print("classifier: training on the labels of \(data.name)")
    var accuracy = 0.0
    for epoch in 1...model.epochs { accuracy = try trainEpoch(epoch, of: trainer) }
    let checkpoint = try Checkpoint(
      of: trainer, at: TrainingPosition(epoch: model.epochs), seed: seed,
      details: ["data_sha256": data.contentHash, Self.accuracyKey: "\(accuracy)"])
    return (
      Classifier(parameters: trainer.parameterSets[0], accuracy: accuracy), checkpoint.file
    )
  }

  /// - Returns: The part of the validation images that are told rightly after it.
  private func trainEpoch(_ epoch: Int, of trainer: ClassifierTrainer) throws -> Double {
    let start = ContinuousClock.now
    let bar = ProgressBar()
    func line(_ fraction: Double, _ images: Int, _ losses: [(name: String, value: Double)])
      -> ProgressLine
    {
      let seconds = (ContinuousClock.now - start).seconds
      let left = Double(model.epochs - epoch) + 1 - fraction
      return ProgressLine(
        epoch: epoch, epochs: model.epochs, fraction: fraction, losses: losses,
        imagesPerSecond: Double(images) / seconds, secondsLeft: seconds / fraction * left)
    }
    do {
      let metrics = try trainer.trainEpoch(epoch) { progress in
        bar.update(
          line(
            Double(progress.step) / Double(progress.steps), progress.images,
            Array(zip(trainer.lossNames, progress.losses))))
      }
      bar.finishEpoch(line(1, data.train.count, Array(zip(trainer.metricNames, metrics))))
      return metrics.last ?? 0
    } catch let divergence as Divergence {
      bar.clear()
      throw InputError(
        description: """
          the classifier's training on \(data.name) diverged in step \(divergence.step): \(divergence.term) is not \
          finite; try another --classifier-seed
          """)
    }
  }
}
