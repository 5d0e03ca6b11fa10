import ArgumentParser
import Datasets
import Evaluation
import Files
import GPUTensor
import GenerativeModels
import SafeTensors

/// `gputrain evaluate CHECKPOINT…`: measures how good the images of checkpoints are.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measures how good the images of checkpoints are, and how varied.",
    discussion: """
      Compares images that a model draws with the training images. The features of a classifier \
      give Fréchet and kernel distance, precision and recall, class coverage and entropy, and \
      confidence; pixels give the distance to the nearest training image. A VAE also gets bounds \
      on its likelihood. The classifier is trained once on the data's labels, and kept in the \
      cache folder; without labels, what needs it is left out. Each number is printed next to its \
      baseline, the value for the same number of validation images. docs/evaluation.md explains \
      the numbers. The data are those that a run was trained with, unless --dataset names others; \
      all of their training images are used, even if the run had a --limit. --tensors gets F32 \
      tensors: `features` [n, \(ImageClassifier.width)] and `logits` [n, classes] of the images, \
      `baseline_features` and `baseline_logits` of the validation images, and `training_features` \
      [training images, \(ImageClassifier.width)].
      """)

  @Argument(
    help: """
      Checkpoints, or run folders, which stand for their last checkpoints; or plain weights that \
      PyTorch saved under a checkpoint's names.
      """, completion: .safetensors)
  var checkpoints: [String]

  @Option(
    help: "The model, or its file. (default: that of each checkpoint; plain weights have none)")
  var model: ModelName?

  @Option(
    help: """
      The number of images to draw from each model. (default: \(EvaluationPlan.defaultSamples), or \
      the number of validation or training images if that is less)
      """)
  var samples: Int?

  @Option(help: "The seed of latents and noise.")
  var seed: UInt64 = 1

  @Option(help: "The seed of the classifier's training.")
  var classifierSeed: UInt64 = 1

  @Option(
    help: "A file for the tensors, as described above, of a single checkpoint: FILE.safetensors.",
    completion: .safetensors)
  var tensors: String?

  @OptionGroup var data: TrainingDataOptions
  @OptionGroup var deviceOptions: DeviceOptions

  @Flag(help: "Print a JSON object for each checkpoint, each on a line.")
  var json = false

  @OptionGroup var child: ChildOptions

  func validate() throws {
    if let samples {
      let range = ImageEvaluator.fewestImages...OptionCheck.maximumImages
      guard range.contains(samples) else {
        throw ValidationError(
          "--samples must be between \(range.lowerBound) and \(range.upperBound)")
      }
    }
    try OptionCheck.file(tensors, "--tensors", ending: ".safetensors")
    guard tensors == nil || checkpoints.count == 1 else {
      throw ValidationError("--tensors takes the numbers of a single checkpoint")
    }
  }

  func run() throws {
    try child.watch()
    // All are checked before the first is measured. None is kept in memory, as there may be many.
    let given = try model?.value
    var models: [any GenerativeModel] = []
    let paths = try checkpoints.map { place in
      let file = try CheckpointFile(path: place, model: given)
      try Candidate.check(file)
      models.append(file.model)
      return file.path
    }
    let runs = try checkpoints.compactMap { try RunFolder.holding($0)?.readRecord() }
    let dataset = try data.load(comparing: runs, of: models)
    if let tensors {
      try OutputOptions.check([tensors], besides: paths + dataset.source.files)
    }
    let plan = try EvaluationPlan(
      dataset, samples: samples, seed: seed, classifierSeed: classifierSeed)
    if let fault = ClassifierCache.fault(of: dataset) {
      guard tensors == nil else {
        throw UsageError(description: "--tensors needs labels: \(fault)")
      }
      StandardError.note("\(fault), so that only pixels and likelihoods are compared")
    }
    let context = try deviceOptions.openContext()
    let evaluator = try Evaluator(plan, on: context)
    for (place, path) in zip(checkpoints, paths) {
      let file = try CheckpointFile(path: path, model: given)
      let (evaluation, images) = try evaluator.measure(file)
      if isFolder(place) { try Self.keep(evaluation, in: RunFolder(path: place)) }
      try StandardOutput.print(json ? try evaluation.jsonText() : evaluation.table)
      if let tensors, let images, let features = evaluator.features {
        try AtomicFile.write(try Self.file(images, beside: features).encoded(), to: tensors)
      }
    }
  }

  /// Writes the evaluation of a run's last checkpoint into the run's folder, and onto its page.
  /// Prints a note if that is not possible.
  private static func keep(_ evaluation: Evaluation, in run: RunFolder) throws {
    var failure = "the evaluation is not kept with its run"
    do {
      guard let record = try run.readRecord() else { return }
      let (data, own) = (evaluation.dataset, record.settings.dataset)
      guard data == own else {
        return StandardError.note(
          "\(failure): it compares with \(data), and the run is of \(own)")
      }
      try evaluation.write(to: run.evaluation)
      failure = "the run's page does not show the evaluation"
      try RunReport(of: run).write()
    } catch let error where error is FileError || error is InputError {
      StandardError.note("\(failure): \(error)")
    }
  }

  private static func file(
    _ images: ImageEvaluator.Result, beside data: FeatureMeasure
  ) -> SafeTensorsFile {
    let (width, classes) = (ImageClassifier.width, data.classes)
    return SafeTensorsFile(tensors: [
      SafeTensor(name: "features", examples: images.features, of: width),
      SafeTensor(name: "logits", examples: images.logits, of: classes),
      SafeTensor(name: "baseline_features", examples: data.baseline.features, of: width),
      SafeTensor(name: "baseline_logits", examples: data.baseline.logits, of: classes),
      SafeTensor(name: "training_features", examples: data.trainingFeatures, of: width),
    ])
  }
}
