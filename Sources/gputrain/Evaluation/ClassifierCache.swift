import Datasets
import Files
import Foundation
import GPUTensor
import GenerativeModels
import KnownDatasets
import Reports
import SafeTensors

/// The classifier of a data set's labels: read from the cache folder, or trained and kept there.
struct ClassifierCache {
  let model: any ClassifyingModel
  let data: Dataset
  let seed: UInt64

  /// A trained classifier.
  struct Classifier {
    let parameters: ParameterSet
    let identity: Identity
  }

  /// Identifies a classifier. Numbers are comparable only if their classifiers are the same.
  struct Identity: Equatable, Codable {
    /// The seed of its training.
    let seed: UInt64
    /// The SHA-256 of its file.
    let sha256: String
    /// The fraction of the validation images that it classifies correctly.
    let accuracy: Double

    private enum CodingKeys: String, CodingKey {
      case seed = "classifier_seed"
      case sha256 = "classifier_sha256"
      case accuracy = "classifier_accuracy"
    }
  }

  /// Chooses the classifier for a data set's classes; nil if `Self.fault` says why there is none.
  /// Reads and trains nothing yet.
  init?(_ data: Dataset, seed: UInt64) {
    guard Self.fault(of: data) == nil else { return nil }
    model = ImageClassifier(of: data.shape, classes: data.classes.count)
    (self.data, self.seed) = (data, seed)
  }

  /// Says why no classifier can learn from a data set: labels are missing, or all are the same; nil
  /// if one can.
  static func fault(of data: Dataset) -> String? {
    for (images, what) in [(data.train, "training"), (data.validation, "validation")]
    where images.labels == nil {
      return "\(data.name) has no labels for its \(what) images"
    }
    return data.classes.count > 1 ? nil : "\(data.name) has images of one class only"
  }

  /// The path of the classifier's file. Its name is a digest of everything that decides its bits:
  /// the images, the seed, how it is trained, the device and the kernels.
  ///
  /// - Throws: `KernelSourceError`.
  func path(on context: Context) throws -> String {
    let device = context.device
    let identity = [
      data.contentHash, "\(data.classes.map(\.label))", model.name, "\(seed)", "\(model.epochs)",
      "\(model.settlingEpochs)", "\(model.batchSize)", "\(model.learningRate)", "\(model.shift)",
      "\(model.features)", "\(model.head)", device.name, device.driverVersion,
      try context.kernelSources.sha256(), "\(context.family)", "\(context.convolution)",
      "\(context.precision)",
    ]
    let digest = Digest.sha256.hex(of: [Array(identity.joined(separator: "\n").utf8)])
    return "\(cacheFolder())/classifiers/\(digest).safetensors"
  }

  /// Reads the classifier, or trains it and keeps it.
  ///
  /// - Throws: `InputError` if the training diverges; `OpenCLError`.
  func classifier(on context: Context) throws -> Classifier {
    let path = try path(on: context)
    switch try kept(path, on: context) {
    case .success(let classifier):
      describe(classifier.identity, ", \(path)")
      return classifier
    case .failure(let error):
      StandardError.note(
        "the stored classifier cannot be used, and is trained again: \(error)")
    case nil: break
    }
    let (classifier, bytes) = try train(on: context)
    describe(classifier.identity)
    do {
      try createFolder(parent)
      try AtomicFile.write(bytes, to: path)
    } catch let error as FileError {
      StandardError.note("the classifier is not kept: \(error)")
    }
    return classifier
  }

  /// The identity of the classifier that is kept for a device; nil if none is.
  ///
  /// - Throws: `KernelSourceError`; `OpenCLError`.
  func kept(on context: Context) throws -> Identity? {
    guard case .success(let classifier)? = try kept(path(on: context), on: context) else {
      return nil
    }
    return classifier.identity
  }

  /// Reads a classifier that is kept in a file; nil if there is no file.
  ///
  /// - Returns: The classifier, or the error that makes the file unusable.
  ///
  /// - Throws: `OpenCLError`.
  private func kept(_ path: String, on context: Context) throws -> Result<Classifier, any Error>? {
    guard isRegularFile(path) else { return nil }
    do {
      return .success(try read(path, on: context))
    } catch let error where error is FileError || error is InputError || error is CheckpointError {
      return .failure(error)
    }
  }

  /// Whether a classifier is less accurate than it should be. This is known only for all of MNIST,
  /// where the accuracy on the test images should be at least 99 %.
  static func isWeak(accuracy: Double, on dataset: String, trainImages: Int) -> Bool {
    dataset == KnownDataset.mnist.name && trainImages == 60_000 && accuracy < 0.99
  }

  /// Prints the accuracy of a classifier, and a warning if it is weak.
  private func describe(_ classifier: Identity, _ place: String = "") {
    let accuracy = classifier.accuracy
    let percent = String(format: "%.2f %%", accuracy * 100)
    StandardError.print("classifier: accuracy \(percent) on the validation images\(place)")
    guard Self.isWeak(accuracy: accuracy, on: data.name, trainImages: data.train.count) else {
      return
    }
    StandardError.print(
      """
      warning: the classifier's accuracy on MNIST's test images should be 99 %, so what it \
      measures means little; try another --classifier-seed, and gputrain selftest
      """)
  }

  private var parent: String { "\(cacheFolder())/classifiers" }

  /// Reads the classifier in a file.
  ///
  /// - Throws: `FileError`, `InputError`, `CheckpointError` if the file is unusable; `OpenCLError`.
  private func read(_ path: String, on context: Context) throws -> Classifier {
    let bytes = try readFile(path: path, maximumBytes: SafeTensorsFile.maximumBytes)
    let file = try SafeTensorsFile.parse(bytes, from: path)
    guard let accuracy = file.metadata[Self.accuracyKey].flatMap(Double.init),
      (0...1).contains(accuracy)
    else { throw InputError(description: "\(path) does not say how good the classifier is") }
    let parameters = ParameterSet(context, of: model.features, model.head)
    try Checkpoint(file: file).restore(parameters)
    return Classifier(parameters: parameters, identity: identity(accuracy, of: bytes))
  }

  private func identity(_ accuracy: Double, of bytes: [UInt8]) -> Identity {
    Identity(seed: seed, sha256: Digest.sha256.hex(of: [bytes]), accuracy: accuracy)
  }

  private static let accuracyKey = "accuracy"

  /// Trains a classifier.
  ///
  /// - Returns: The classifier, and the bytes of its file.
  private func train(on context: Context) throws -> (classifier: Classifier, bytes: [UInt8]) {
    let (train, validation, trainer) = try context.recordFitting { isStreamed in
      func store(_ images: ImageSet, _ label: String) -> ImageStore {
        ImageStore(
          context,
          ImageStore.Layout(
            count: images.count, pixels: images.shape.elements, isStreamed: isStreamed),
          batchSize: model.batchSize, label: label)
      }
      let train = store(data.train, "classified images")
      let validation = store(data.validation, "validation images")
      return (
        train, validation,
        try ClassifierTrainer(
          model, seed: seed, train: train, validation: validation, on: context)
      )
    }
    for (store, images) in [(train, data.train), (validation, data.validation)] {
      try store.upload(images.storage, labels: data.classPlaces(of: images))
    }
    try KernelCache.compile(trainer.lists)
    try trainer.initialize()
    StandardError.print("classifier: training on the labels of \(data.name)")
    var accuracy = 0.0
    let bar = ProgressBar(write: StandardError.draw)
    for epoch in 1...model.epochs { accuracy = try trainEpoch(epoch, of: trainer, bar) }
    bar.clear()
    let checkpoint = try Checkpoint(
      of: trainer, at: TrainingPosition(epoch: model.epochs), seed: seed,
      details: ["data_sha256": data.contentHash, Self.accuracyKey: "\(accuracy)"])
    let bytes = try checkpoint.file.encoded()
    return (
      Classifier(parameters: trainer.parameterSets[0], identity: identity(accuracy, of: bytes)),
      bytes
    )
  }

  /// Trains for an epoch, and shows it on the bar.
  ///
  /// - Returns: The accuracy on the validation images after it.
  private func trainEpoch(
    _ epoch: Int, of trainer: ClassifierTrainer, _ bar: ProgressBar
  ) throws -> Double {
    let start = ContinuousClock.now
    func line(_ fraction: Double, _ images: Int, _ losses: [(name: String, value: Double)])
      -> ProgressLine
    {
      let seconds = (ContinuousClock.now - start).seconds
      let epochTime = seconds / fraction
      let left = Double(model.epochs - epoch) + 1 - fraction
      return ProgressLine(
        epoch: epoch, epochs: model.epochs, fraction: fraction, losses: losses,
        imagesPerSecond: Double(images) / seconds,
        secondsLeft: (epochTime * (1 - fraction), epochTime * left))
    }
    do {
      return try trainer.trainEpoch(epoch) { progress in
        bar.update(
          line(
            Double(progress.step) / Double(progress.steps), progress.images,
            Array(zip(trainer.lossNames, progress.losses))))
      }.0
    } catch let divergence as Divergence {
      bar.clear()
      throw InputError(
        description: """
          the classifier's training on \(data.name) diverged in step \(divergence.step): \
          \(divergence.term) is not finite; try another --classifier-seed
          """)
    }
  }
}
