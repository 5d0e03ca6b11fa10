import ArgumentParser
import Datasets
import Evaluation
import Files
import GPUTensor
import GenerativeModels
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
      baseline, which is what as many validation images come to. docs/evaluation.md says what each number means. The data \
      are those that a run was trained with, unless --dataset names others; all training images of them, also where the \
      run had a --limit. --tensors gets F32 tensors: \
      `features` [n, \(DigitClassifier.width)] and `logits` [n, classes] of the images, \
      `baseline_features` and `baseline_logits` of the validation images, and `training_features` \
      [training images, \(DigitClassifier.width)].
      """)

  @Argument(
    help: """
      Checkpoints, or run folders, whose last ones are meant; or plain weights, saved by PyTorch under a checkpoint's \
      names.
      """, completion: .safetensors)
  var checkpoints: [String]

  @Option(
    help: "The model. (default: the one that a checkpoint names; plain weights name none)")
  var model: ModelName?

  @Option(
    help: """
      The images drawn of each model. (default: \(EvaluationPlan.defaultSamples), or as many as there are validation or \
      training images if those are fewer)
      """)
  var samples: Int?

  @Option(help: "The seed of latents and noise.")
  var seed: UInt64 = 1

  @Option(help: "The seed of the classifier's training.")
  var classifierSeed: UInt64 = 1

  @Option(
    help: "A file for the numbers, as said above, of a single checkpoint: FILE.safetensors.",
    completion: .safetensors)
  var tensors: String?

  @OptionGroup var data: TrainingDataOptions
  @OptionGroup var deviceOptions: DeviceOptions

  @Flag(help: "Print one JSON object a checkpoint, each on a line.")
  var json = false

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
    // All are looked at before the first is worked on, and none is kept in memory: there may be many.
    let paths = try checkpoints.map { place in
      let file = try CheckpointFile(path: place, model: model?.value)
      try Candidate.check(file)
      return file.path
    }
    let runs = try checkpoints.compactMap { try RunFolder.holding($0)?.readRecord() }
    let dataset = try data.load(comparing: runs)
    if let tensors {
      try OutputOptions.check([tensors], besides: paths + dataset.source.files)
    }
    let plan = try EvaluationPlan(
      dataset, samples: samples, seed: seed, classifierSeed: classifierSeed)
    let context = try deviceOptions.openContext()
    let evaluator = try Evaluator(plan, on: context)
    for (place, path) in zip(checkpoints, paths) {
      let file = try CheckpointFile(path: path, model: model?.value)
      let (evaluation, images) = try evaluator.measure(file)
      if isFolder(place) { try Self.keep(evaluation, in: RunFolder(path: place)) }
      try StandardOutput.print(json ? try evaluation.jsonText() : evaluation.table)
      if let tensors {
        try AtomicFile.write(
          try Self.file(images, beside: evaluator).encoded(), to: tensors)
      }
    }
  }

  /// Keeps what is said of a run's last checkpoint with the run and on its page, if one is there and can be written.
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
    _ images: ImageEvaluator.Result, beside evaluator: Evaluator
  ) -> SafeTensorsFile {
    let (width, classes) = (DigitClassifier.width, evaluator.classes)
    return SafeTensorsFile(tensors: [
      SafeTensor(name: "features", examples: images.features, of: width),
      SafeTensor(name: "logits", examples: images.logits, of: classes),
      SafeTensor(name: "baseline_features", examples: evaluator.baseline.features, of: width),
      SafeTensor(name: "baseline_logits", examples: evaluator.baseline.logits, of: classes),
      SafeTensor(name: "training_features", examples: evaluator.trainingFeatures, of: width),
    ])
  }
}
