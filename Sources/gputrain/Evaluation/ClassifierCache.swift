import Datasets
import Files
import Foundation
import GPUTensor
import GenerativeModels
import KnownDatasets
import Reports
import SafeTensors

/// A classifier that was trained on a data set's labels: in the cache folder, or on the spot.
struct ClassifierCache {
  let model: any ClassifyingModel
  let data: Dataset
  let seed: UInt64

  /// A trained classifier.
  struct Classifier {
    let parameters: ParameterSet
    let identity: Identity
  }

  /// What a classifier is known by: only by the same one do numbers compare.
  struct Identity: Equatable, Codable {
    /// The seed of its training.
    let seed: UInt64
    /// SHA-256 of its file.
    let sha256: String
    /// The part of the validation images that it is right about.
    let accuracy: Double

    private enum CodingKeys: String, CodingKey {
      case seed = "classifier_seed"
      case sha256 = "classifier_sha256"
      case accuracy = "classifier_accuracy"
    }
  }

  /// The classifier that a data set's labels can teach.
  ///
  /// - Throws: `InputError` where labels are missing, or are all the same.
  init(_ data: Dataset, seed: UInt64) throws {
    for (images, what) in [(data.train, "training"), (data.validation, "validation")]
    where images.labels == nil {
      throw InputError(
        description: """
          \(data.name) has no labels for its \(what) images, from which the classifier of \
          `evaluate` learns; put their IDX file beside the images, or sort the pictures into a \
          folder for each class
          """)
    }
    guard data.classes.count > 1 else {
      throw InputError(
        description: """
          \(data.name) has images of one class only, and the classifier of `evaluate` tells \
          classes apart; add images of another one
          """)
    }
    (model, self.data, self.seed) = (DigitClassifier(classes: data.classes.count), data, seed)
  }

  /// The classifier's file, for these images, this seed, this way of training, and what trains it: with other kernels, and
  /// on another device, its bits are others.
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
  /// - Throws: `InputError` where the training diverges; `OpenCLError`.
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

  /// What is kept of the classifier that would be used on a device; nil where nothing is.
  ///
  /// - Throws: `KernelSourceError`; `OpenCLError`.
  func kept(on context: Context) throws -> Identity? {
    guard case .success(let classifier)? = try kept(path(on: context), on: context) else {
      return nil
    }
    return classifier.identity
  }

  /// What is kept in a file, or why it is not what it should be; nil where nothing is.
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

  /// Whether a classifier that has learned so many images of a data set is worse than it should be, which is known only
  /// of all of MNIST: it is right about less than 99 % of the test images.
  static func isWeak(accuracy: Double, on dataset: String, trainImages: Int) -> Bool {
    dataset == KnownDataset.mnist.name && trainImages == 60_000 && accuracy < 0.99
  }

  /// Says how good a classifier is, and warns of one that is not good.
  private func describe(_ classifier: Identity, _ place: String = "") {
    let accuracy = classifier.accuracy
    let percent = String(format: "%.2f %%", accuracy * 100)
    StandardError.print("classifier: right about \(percent) of the validation images\(place)")
    guard Self.isWeak(accuracy: accuracy, on: data.name, trainImages: data.train.count) else {
      return
    }
    StandardError.print(
      """
      warning: the classifier should be right about 99 % of MNIST's test images, so what is measured by it says little; \
      try another --classifier-seed, and gputrain selftest
      """)
  }

  private var parent: String { "\(cacheFolder())/classifiers" }

  /// What a file holds.
  ///
  /// - Throws: `FileError`, `InputError`, `CheckpointError` where it is not what it should be; `OpenCLError`.
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

  /// - Returns: A new classifier, and the bytes of its file.
  private func train(on context: Context) throws -> (classifier: Classifier, bytes: [UInt8]) {
    func store(_ images: ImageSet, _ label: String) throws -> ImageStore {
      try ImageStore(
        context, pixels: images.pixels, labels: data.classPlaces(of: images) ?? [],
        batchSize: model.batchSize, label: label)
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
    let bytes = try checkpoint.file.encoded()
    return (
      Classifier(parameters: trainer.parameterSets[0], identity: identity(accuracy, of: bytes)),
      bytes
    )
  }

  /// - Returns: The part of the validation images that it is right about afterwards.
  private func trainEpoch(_ epoch: Int, of trainer: ClassifierTrainer) throws -> Double {
    let start = ContinuousClock.now
    let bar = ProgressBar(write: { StandardError.write($0) })
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
      let (accuracy, metrics) = try trainer.trainEpoch(epoch) { progress in
        bar.update(
          line(
            Double(progress.step) / Double(progress.steps), progress.images,
            Array(zip(trainer.lossNames, progress.losses))))
      }
      bar.finishEpoch(line(1, data.train.count, Array(zip(trainer.metricNames, metrics))))
      return accuracy
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
