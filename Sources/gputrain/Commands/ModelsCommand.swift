import ArgumentParser
import GPUTensor
import GenerativeModels
import ModelFiles

/// `gputrain models`: lists, prints and checks models.
struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models", abstract: "Lists, prints and checks models.",
    discussion: "A model of your own is a file; docs/models.md shows how to write one.",
    subcommands: [List.self, Show.self, Check.self])

  /// `gputrain models list`
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Lists the models that have a name.")

    @Flag(help: "Print a JSON object for each model, each on a line.")
    var json = false

    func run() throws {
      let summaries = Models.all.map { ModelSummary($0) }
      if !json { try StandardOutput.print(ModelSummary.header) }
      for summary in summaries {
        try StandardOutput.print(json ? try summary.jsonText() : summary.row)
      }
    }
  }

  /// `gputrain models show MODEL`
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Prints a model as a model file, to begin one of your own.")

    @Argument(help: "\(ModelName.help)")
    var model: ModelName

    func run() throws {
      let model = try model.value
      guard let description = ModelDescription(model) else {
        throw InputError(description: "\(model.name) cannot be described")
      }
      // Printing ends the last line.
      try StandardOutput.print(String(description.yaml.dropLast()))
    }
  }

  /// `gputrain models check MODEL`
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check", abstract: "Checks a model file, and prints its layers and its needs.",
      discussion: """
        Memory and operations are those of training steps on as many images as MNIST has, as \
        `plan` computes them. Nothing is allocated. Without a device, they are left out.
        """)

    @Argument(help: "\(ModelName.help)")
    var model: ModelName

    @OptionGroup var deviceOptions: DeviceOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
      let model = try model.value
      let check = ModelCheck(model, needs: try needs(of: model))
      try StandardOutput.print(json ? try check.jsonText() : check.table)
    }

    /// What a training of the model needs; nil without a device, unless the user asks for one.
    private func needs(of model: any GenerativeModel) throws -> TrainingPlan? {
      do {
        let context = try deviceOptions.openContext()
        return try TrainingPlan(model, TrainingOptions(for: model), on: context)
      } catch let error as DeviceError where deviceOptions.device == nil {
        StandardError.note("\(error); memory and operations are left out")
        return nil
      }
    }
  }
}
