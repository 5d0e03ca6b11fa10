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
      floor, which is what as many validation images come to. docs/evaluation.md says what each number means. The data \
      are those that a run was trained with, unless --dataset names others. --tensors gets F32 tensors: \
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
      The images drawn of each model. (default: \(EvaluationPlan.defaultSamples), or as many as there are validation or \
      training images if those are fewer)
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
    let runs = try checkpoints.compactMap { try RunFolder.holding($0)?.readRecord() }
    let dataset = try data.load(comparing: runs)
    if let tensors {
      try OutputOptions.refuseToReplace(files.map(\.path) + dataset.files, by: [tensors])
    }
    let plan = try EvaluationPlan(
      dataset, samples: samples, seed: seed, classifierSeed: classifierSeed)
    let context = try deviceOptions.openContext()
    // All checkpoints are looked at before the first is worked on, one at a time, as there may be many.
    for file in files { try Candidate.check(file, on: context) }
    let evaluator = try Evaluator(plan, on: context)
    for (place, file) in zip(checkpoints, files) {
      let (evaluation, images) = try evaluator.measure(plan.candidate(file, on: context))
      try StandardOutput.print(json ? try evaluation.jsonText() : evaluation.table)
      if isFolder(place) { try Self.keep(evaluation, in: RunFolder(path: place)) }
      if let tensors {
        try AtomicFile.write(
          try Self.file(images, beside: evaluator).encoded(), to: tensors)
      }
    }
  }

  /// Keeps what has been printed with its run, if one is there and can be written.
  private static func keep(_ evaluation: Evaluation, in run: RunFolder) throws {
    do {
      if try run.readRecord() != nil { try run.keep(evaluation) }
    } catch let error where error is FileError || error is InputError {
      StandardError.print("note: the evaluation is not kept with its run: \(error)")
    }
  }

  private static func file(
    _ images: ImageEvaluator.Result, beside evaluator: Evaluator
  ) -> SafeTensorsFile {
    func tensor(_ name: String, _ floats: [Float], _ width: Int) -> SafeTensor {
      SafeTensor(name: name, shape: [floats.count / width, width], floats: floats)
    }
    let (width, classes) = (DigitClassifier.width, DigitClassifier.classes)
    return SafeTensorsFile(tensors: [
      tensor("features", images.features, width), tensor("logits", images.logits, classes),
      tensor("floor_features", evaluator.floor.features, width),
      tensor("floor_logits", evaluator.floor.logits, classes),
      tensor("training_features", evaluator.trainingFeatures, width),
    ])
  }
}
