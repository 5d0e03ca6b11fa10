import ArgumentParser
import Datasets
import Foundation
import GPUTensor
import GenerativeModels

/// `gputrain train MODEL`: trains a model into a run folder.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Trains a model and writes a run folder.")

  @Argument(
    help: "\(ModelName.help) With --resume, the name of a run's model is enough.")
  var model: RunModelName

  @OptionGroup var options: RunOptions

  @Option(help: "The run folder. (default: runs/MODEL)", completion: .directory)
  var out: String?

  @Flag(
    help: """
      Resume the run that is in the folder, as if it had never stopped; options that are not given \
      are the run's own.
      """)
  var resume = false

  @Flag(help: "Replace the run that is in the folder.")
  var overwrite = false

  @OptionGroup var verbosity: VerbosityOptions

  @OptionGroup var child: ChildOptions

  func validate() throws {
    if model.known == nil, !resume { throw ValidationError(model.fault) }
    // A file that cannot be used is reported when the command runs.
    if let model = try? model.known?.value { try options.check(for: model) }
    guard out != "" else { throw ValidationError("--out must name a folder") }
    guard !(resume && overwrite) else {
      throw ValidationError("--resume and --overwrite contradict each other")
    }
  }

  func run() throws {
    try Interruption.watch()
    try child.watch()
    verbosity.apply()
    RunLog.begin()
    let name = try model.known?.value.name ?? model.argument
    let folder = RunFolder(path: out ?? "runs/\(name)")
    let model = try model.value(resuming: folder)
    try options.check(for: model)
    let existing: RunFolder.Existing = resume ? .resume : overwrite ? .replace : .refuse
    let run = try PreparedRun(model, in: folder, existing) {
      try plan(of: model, resuming: $0)
    }
    if run.isFinished, let checkpoint = run.checkpoint {
      StandardError.print("complete already: \(checkpoint.epoch) epochs, \(checkpoint.path)")
      return
    }
    if resume, run.checkpoint == nil {
      StandardError.print("no checkpoint in \(folder.path) yet: beginning a new run")
    }
    try run.train()
  }

  /// Plans the run from the options; a resumed run keeps the settings that they do not give.
  private func plan(
    of model: any GenerativeModel, resuming begun: RunRecord?
  ) throws -> RunPlan {
    let settings = options.settings(
      over: begun?.settings ?? RunSettings(for: model), for: model)
    // What may be refused at once comes before the pictures, which may take minutes.
    let context = try options.deviceOptions.openContext(for: settings, resuming: begun)
    let dataset = try Dataset.load(settings.dataRequest(for: model))
    if begun == nil { noteColour(of: dataset, for: model) }
    guard settings.batchSize <= dataset.train.count else {
      throw UsageError(
        description: """
          a batch of \(settings.batchSize) is larger than the data: \(dataset.name) has \
          \(dataset.train.count) training images; choose a smaller --batch-size
          """)
    }
    var plan = try RunPlan(
      model, settings, data: dataset, on: context, resuming: begun)
    plan.preset = options.learning.namedPreset
    plan.modelFile = self.model.known?.file ?? plan.modelFile
    return plan
  }

  /// Says that a built-in model makes pictures in colour grey, unless the user asks for that, and
  /// names one that keeps the colours.
  private func noteColour(of data: Dataset, for model: any GenerativeModel) {
    guard data.source.survey?.hasColour == true, data.shape.channels == 1,
      options.data.data.images.channels == nil, self.model.known?.file == nil
    else { return }
    let other = GAN.dcgan64
    StandardError.note(
      """
      \(model.name) makes grey images; \(other.name) makes images of \(other.imageShape), in colour
      """)
  }
}
