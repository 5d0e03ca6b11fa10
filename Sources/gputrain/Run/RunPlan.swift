import Datasets
import GPUTensor
import GenerativeModels
import KnownDatasets

/// A run that is ready to be trained: its settings, with the model, the images and the device that
/// they stand for.
struct RunPlan {
  let model: any GenerativeModel
  /// The settings, with everything chosen that they left open.
  let settings: RunSettings
  let data: Dataset
  let context: Context
  /// The part of the settings that the trainer needs.
  let options: TrainingOptions
  /// The default variants that a resumed run keeps; empty for the device's own.
  private let defaultVariants: Tuning
  /// More epochs after which samples are drawn and checkpoints are kept.
  var alsoAt: [Int] = []
  /// The command that resumes the run, if that is not `train --resume`.
  var commandToResume: String?
  /// The file that describes the model; nil for a built-in one.
  var modelFile: String?
  /// The preset, if the user named one and no other setting of learning.
  var preset: Preset?

  /// Fills in the settings that are left open.
  ///
  /// - Parameters:
  ///   - model: The model that the settings name.
  ///   - data: The images that the settings name.
  ///   - context: The device with the kernels that the settings name.
  ///   - begun: The record of the run to resume; nil for a new run.
  /// - Throws: `KernelSourceError`.
  init(
    _ model: any GenerativeModel, _ settings: RunSettings, data: Dataset, on context: Context,
    resuming begun: RunRecord?
  ) throws {
    var settings = settings
    settings.dataset = data.name
    settings.kernels = context.family.rawValue
    settings.precision = context.precision.rawValue
    settings.convolution = context.convolution.rawValue
    settings.device = context.device.name
    settings.tuning =
      try settings.tuning ?? begun?.settings.tuning
      ?? TuningFile(model, on: context).loaded().variants
    self.model = model
    self.settings = settings
    self.data = data
    self.context = context
    options = settings.trainingOptions(for: model)
    defaultVariants = begun?.provenance.defaultVariants ?? [:]
    modelFile = begun?.provenance.modelFile
  }

  /// The model as an argument of a command.
  var modelArgument: String { modelFile ?? model.name }

  /// Makes the context choose the run's variants for the lists that are recorded from now on.
  func applyTuning() {
    context.defaultVariants = defaultVariants
    context.tuning = settings.tuning ?? [:]
  }

  /// The content of run.json.
  ///
  /// - Parameter defaultVariants: The default variants of the run's operations, once they are
  ///   known.
  /// - Throws: `KernelSourceError`; `EncodingError`.
  func record(defaultVariants: Tuning? = nil) throws -> RunRecord {
    let device = context.device
    return RunRecord(
      settings: settings,
      provenance: RunRecord.Provenance(
        modelDescription: try model.ownDescription?.json(), modelFile: modelFile,
        classes: model.labels == 0 ? nil : data.classes.map(\.name),
        dataSha256: data.contentHash, trainImages: data.train.count,
        validationImages: data.validation.count, beta2: options.adam.beta2,
        epsilon: options.adam.epsilon, defaultVariants: defaultVariants,
        kernelsSha256: try context.kernelSources.sha256(), computeUnits: device.computeUnits,
        deviceIndex: device.index, devicePlace: device.place, platform: device.platform,
        driver: device.driverVersion, version: Version.current,
        command: settings.command(of: modelArgument)))
  }

  /// Refuses to resume a run that this plan would turn into another one.
  ///
  /// - Throws: `UsageError` if the options ask for that; `InputError` if the images differ.
  func check(against begun: RunRecord, in folder: RunFolder) throws {
    let changes = begun.settings.changes(in: settings)
    var contradictions = changes.filter(\.isForbidden)
    if begun.provenance.dataSha256 != data.contentHash {
      contradictions += changes.filter { $0.rule == .images }
      guard !contradictions.isEmpty else {
        throw InputError(
          description: "the images are not those that the run in \(folder.path) was begun with")
      }
    }
    guard let change = contradictions.first else { return }
    var (option, recorded) = ("\(change)", change.recorded)
    // The user gave the name of the preset.
    if let preset, RunSettings.learningOptions.contains(change.option) {
      (option, recorded) = ("--preset \(preset.rawValue)", "\(change.option) \(recorded)")
    }
    throw UsageError(
      description: """
        \(option) contradicts the run in \(folder.path), which was begun with \(recorded); \
        resume with that or choose another --out
        """)
  }

  /// Prints the differences from the run's beginning that may change its numbers.
  ///
  /// - Throws: `KernelSourceError`.
  func noteDifferences(from begun: RunRecord) throws {
    let differences = begun.differences(from: try record())
    guard !differences.isEmpty else { return }
    StandardError.note(
      """
      another \(differences.joined(separator: ", ")) than the run was begun with: from here on \
      its last digits may differ from an uninterrupted run's
      """)
  }

  /// Checks everything that the run needs of its folder, and changes nothing.
  ///
  /// - Parameter checkpoint: The checkpoint to resume from; nil for a run that begins.
  /// - Throws: `InputError`, `OutputError`, `FileError`.
  func check(_ folder: RunFolder, resumingFrom checkpoint: CheckpointFile?) throws {
    try folder.checkFiles()
    guard let checkpoint else { return }
    let epochs = try checkpoint.check(toResume: self, in: folder).epoch
    _ = try folder.readMetrics(of: model, ofAll: epochs)
    if settings.tensorboard { try EventFile.check(in: folder, epochs: epochs) }
  }

  /// The command that resumes the run in a folder, for a shell.
  func resumeCommand(_ folder: RunFolder) -> String {
    // What runs is never taken from a file, so the folder of kernels is named again.
    let words =
      ["gputrain", "train", model.name, "--resume"] + commandWords("--out", folder.path)
      + (settings.kernelDir.map { commandWords("--kernel-dir", $0) } ?? [])
    return commandToResume ?? shellCommand(words)
  }

  /// The training steps in an epoch.
  var steps: Int { (data.train.count + settings.batchSize - 1) / settings.batchSize }

  /// Whether samples are drawn after an epoch: the first, each `sampleEvery`-th and the last.
  func drawsSamples(after epoch: Int) -> Bool {
    epoch == 1 || epoch == settings.epochs || epoch % settings.sampleEvery == 0
      || alsoAt.contains(epoch)
  }

  /// Whether an epoch's own checkpoint is kept.
  func keepsCheckpoint(after epoch: Int) -> Bool {
    epoch % settings.checkpointEvery == 0 || alsoAt.contains(epoch)
  }
}
