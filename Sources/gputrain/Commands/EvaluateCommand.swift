import ArgumentParser
import Datasets
import Files
import GPUTensor
import Models
import SafeTensors

/// `gputrain evaluate CHECKPOINT…`
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measures how good the images of checkpoints are, and how varied.",
    discussion: """
      By the features of a classifier that is trained on the data's labels once, and kept in the cache folder: \
      Fréchet and kernel distance, precision and recall, class coverage and entropy, confidence; by pixels: the \
      distance to the nearest training image; of a VAE also its bounds on the likelihood. Each is printed beside its \
      floor, which is what as many validation images come to. docs/evaluation.md says what each number means. --tensors gets F32 tensors: \
      `features` [n, \(DigitClassifier.width)] and `logits` [n, \(DigitClassifier.classes)] of the images, \
      `floor_features` and `floor_logits` of the validation images, and `training_features` \
      [training images, \(DigitClassifier.width)].
      """)

  @Argument(
    help: """
      Checkpoints, or run folders, whose last ones are meant; or plain weights, saved by PyTorch under a checkpoint's \
      names.
      """)
  var checkpoints: [String]

  @Option(
    help: "The model. (default: the one that a checkpoint names; plain weights name none)")
  var model: ModelName?

  @Option(
    help: """
      The images drawn of each model. (default: \(Self.defaultSamples), or as many as there are validation images if \
      those are fewer)
      """)
  var samples: Int?

  @Option(help: "The seed of latents and noise.")
  var seed: UInt64 = 1

  @Option(help: "The seed of the classifier's training.")
  var classifierSeed: UInt64 = 1

  @Option(help: "A safetensors file for the numbers, as said above, of a single checkpoint.")
  var tensors: String?

  @OptionGroup var data: TrainingDataOptions
  @OptionGroup var deviceOptions: DeviceOptions

  @Flag(help: "Print one JSON object a checkpoint, each on a line.")
  var json = false

  private static let defaultSamples = 10_000

  func validate() throws {
    if let samples {
      let range = ImageEvaluator.fewestImages...OptionCheck.maximumImages
      guard range.contains(samples) else {
        throw ValidationError(
          "--samples must be between \(range.lowerBound) and \(range.upperBound).")
      }
    }
    guard tensors != "" else { throw ValidationError("--tensors must name a file.") }
    guard tensors == nil || checkpoints.count == 1 else {
      throw ValidationError("--tensors takes the numbers of a single checkpoint.")
    }
  }

  func run() throws {
    let files = try checkpoints.map { try CheckpointFile(path: $0, model: model?.type) }
    let dataset = try data.load()
    if let tensors {
      try OutputOptions.refuseToReplace(files.map(\.path) + dataset.files, by: [tensors])
    }
    let count = try imageCount(of: dataset)
    let classifiers = try ClassifierCache(DigitClassifier.self, dataset, seed: classifierSeed)
    let context = try deviceOptions.openContext()
    // All checkpoints are looked at before the first is worked on.
    let candidates = try files.map {
      try Candidate(
        $0, count: count, seed: seed, validation: dataset.validation, on: context)
    }
    let classifier = try classifiers.classifier(on: context)
    let evaluator = try ImageEvaluator(
      DigitClassifier.self, classifier.parameters, training: dataset.train.pixels, count: count,
      on: context)
    try KernelCache.compile(evaluator.lists)
    try evaluator.prepare()
    let validation = dataset.validation.pixels.prefix(count * ImageSet.pixelsPerImage)
    let floor = try evaluator.measure(validation.map { Float($0) / 255 })
    for (place, candidate) in zip(checkpoints, candidates) {
      try KernelCache.compile(candidate.lists)
      let result = try evaluator.measure(try candidate.draw())
      let report = EvaluationReport(
        checkpoint: candidate.path, model: candidate.model.name, samples: count, seed: seed,
        dataset: dataset.name, device: context.device.name,
        classifierAccuracy: classifier.accuracy, floor: floor.metrics, images: result.metrics,
        likelihood: try candidate.likelihood())
      if let tensors {
        try AtomicFile.write(
          try Self.file(result, floor: floor, training: evaluator.trainingFeatures).encoded(),
          to: tensors)
      }
      try Self.keep(report, in: place)
      try StandardOutput.print(json ? try report.jsonText() : report.table)
    }
  }

  /// Puts what is said of a run, where its folder was given, beside it and on its page.
  private static func keep(_ report: EvaluationReport, in place: String) throws {
    let folder = RunFolder(path: place)
    guard isFolder(place), try folder.readRecord() != nil else { return }
    try AtomicFile.write(try report.jsonText(), to: folder.evaluation)
    try RunReport(of: folder).write()
  }

  /// How many images are drawn: as many as the floor can be measured by.
  private func imageCount(of dataset: Dataset) throws -> Int {
    let available = min(dataset.train.count, dataset.validation.count)
    guard available >= ImageEvaluator.fewestImages else {
      throw InputError(
        description: """
          \(dataset.name) has \(dataset.train.count) + \(dataset.validation.count) images; `evaluate` needs \
          \(ImageEvaluator.fewestImages) of each at least
          """)
    }
    let count = samples ?? min(Self.defaultSamples, available)
    guard count <= available else {
      throw UsageError(
        description: """
          --samples \(count) is larger than the data: \(dataset.name) has \(dataset.train.count) training images and \
          \(dataset.validation.count) validation images to compare with
          """)
    }
    return count
  }

  private static func file(
    _ result: ImageEvaluator.Result, floor: ImageEvaluator.Result, training: [Float]
  ) -> SafeTensorsFile {
    func tensor(_ name: String, _ floats: [Float], _ width: Int) -> SafeTensor {
      SafeTensor(name: name, shape: [floats.count / width, width], floats: floats)
    }
    let (width, classes) = (DigitClassifier.width, DigitClassifier.classes)
    return SafeTensorsFile(tensors: [
      tensor("features", result.features, width), tensor("logits", result.logits, classes),
      tensor("floor_features", floor.features, width),
      tensor("floor_logits", floor.logits, classes),
      tensor("training_features", training, width),
    ])
  }
}
