import ArgumentParser
import Datasets
import GPUTensor
import GenerativeModels

/// `gputrain paper`: trains the paper's models and makes its figures.
struct PaperCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "paper",
    abstract: "Trains the paper's models and makes its figures, a table and a page.",
    discussion: """
      Models that an interrupted run finished are not trained again. --quick is a small run: \
      \(quickEpochs) epochs on \(quickImages) images.
      """)

  private static let names = Models.paper.map { $0.name }
  private static let quickEpochs = 6
  private static let quickImages = 6400
  private static let quickSamples = 2000

  @Option(
    help: """
      The models, with commas between them: \(names.joined(separator: ",")).
      """,
    completion: .list(names))
  var models = names.joined(separator: ",")

  @Option(
    help: """
      Passes over the data. (default: \(RunSettings.defaultEpochs), or \(quickEpochs) with --quick)
      """)
  var epochs: Int?

  @Flag(help: "A small run of a few minutes.")
  var quick = false

  @Option(help: "The settings of training: paper, or stable, which are DCGAN's own.")
  var preset = Preset.paper

  @Option(help: "The seed of everything random.")
  var seed = RunSettings.defaultSeed

  @OptionGroup var data: TrainingDataOptions
  @OptionGroup var deviceOptions: TrainingDeviceOptions

  @Option(help: "The folder of all runs, figures and the page.", completion: .directory)
  var out = "runs/paper"

  @OptionGroup var verbosity: VerbosityOptions

  func validate() throws {
    try OptionCheck.number(epochs, .count, "--epochs")
    let chosen = try chosenModels()
    guard chosen.contains(where: { $0.settings(of: preset) != nil }) else {
      throw ValidationError(
        """
        --preset \(preset.rawValue) is for none of these models; they need no settings but the \
        paper's
        """)
    }
    guard !out.isEmpty else { throw ValidationError("--out must name a folder") }
  }

  func run() throws {
    try Interruption.watch()
    verbosity.apply()
    try PaperRun.check(out)
    let chosen = try chosenModels()
    let settings = settings(for: chosen[0])
    let dataset = try Dataset.load(settings.dataRequest(for: chosen[0]))
    for model in chosen where model.batchSize > dataset.train.count {
      throw UsageError(
        description: "\(dataset.name) has fewer images than a batch of \(model.name)")
    }
    try PaperRun(
      models: chosen, settings: settings, preset: preset, data: dataset, path: out,
      context: try deviceOptions.openContext(),
      samples: quick ? min(Self.quickSamples, dataset.train.count, dataset.validation.count) : nil,
      command: shellCommand(["gputrain"] + CommandLine.arguments.dropFirst())
    ).run()
  }

  /// The settings that the runs of all models share, with the batch size and learning of one.
  private func settings(for model: any GenerativeModel) -> RunSettings {
    var settings = RunSettings(for: model)
    settings.epochs = epochs ?? (quick ? Self.quickEpochs : settings.epochs)
    settings.seed = seed
    settings.limit = quick ? Self.quickImages : nil
    data.fill(&settings)
    deviceOptions.fill(&settings)
    return settings
  }

  private func chosenModels() throws -> [any GenerativeModel] {
    let names = models.split(separator: ",").map(String.init)
    for name in names where !Models.paper.contains(where: { $0.name == name }) {
      throw ValidationError("--models: the paper has no model '\(name)'")
    }
    let chosen = Models.paper.filter { names.contains($0.name) }
    guard !chosen.isEmpty else { throw ValidationError("--models names no model") }
    return chosen
  }
}
