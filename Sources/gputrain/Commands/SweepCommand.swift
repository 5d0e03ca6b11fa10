import ArgumentParser
import GPUTensor
import GenerativeModels
import KnownDatasets

/// `gputrain sweep MODEL`: trains a run for each combination of values, and compares the runs.
struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Trains a run for each combination of values, and compares the runs.",
    discussion: """
      Each run has a folder of its own, named from what varies, in the sweep's folder. Options of \
      `train` apply to all runs. A run that fails does not stop the others. The same command \
      resumes a sweep that was stopped, tries runs again that failed, and adds runs if --vary has \
      more values. At the end come a table of all runs, with mean and spread over seeds, and a \
      page, compare.html.

      Examples:
        gputrain sweep linear-vae --vary seed=1..8 --epochs 10
        gputrain sweep dcgan --vary beta1=0.5,0.9 --vary seed=1..4 --evaluate
      """)

  @Argument(help: "\(ModelName.help)")
  var model: ModelName

  @Option(
    help: ArgumentHelp(
      """
      A setting of `train` and its values: whole numbers as in seed=1..8, or a list as in \
      beta1=0.5,0.9. Can be given several times: the last one varies fastest.
      """, valueName: "name=values"),
    completion: .list(Variation.names.map { "\($0)=" }))
  var vary: [String]

  @OptionGroup var options: RunOptions

  @Option(
    help: """
      The devices that train at the same time, a run on each: indices or names with commas between \
      them, or all for every device of the kind that `train` would choose. (default: one run at a \
      time)
      """)
  var devices: String?

  @Flag(help: "Measure the images of each run too, as `evaluate` does.")
  var evaluate = false

  @Option(help: "The folder of the sweep. (default: runs/sweep-MODEL)", completion: .directory)
  var out: String?

  func validate() throws {
    // A model file that cannot be used is reported when the command runs.
    if let model = try? model.value { try options.check(for: model) }
    guard out != "" else { throw ValidationError("--out must name a folder") }
    let device = "--device"
    guard devices == nil || options.deviceOptions.device.device == nil else {
      throw ValidationError("\(device) and --devices contradict each other")
    }
  }

  func run() throws {
    try Interruption.watch()
    let model = try model.value
    let arguments = CommandLine.arguments.dropFirst()
    let words = SweepPlan.trainWords(
      of: arguments.dropFirst(), without: ["--vary", "--devices", "--out"], ["--evaluate"])
    let plan = try SweepPlan(model, vary.map(Variation.init(parsing:)), words: words)
    guard devices == nil || !plan.variations.contains(where: { $0.name == "device" }) else {
      throw UsageError(description: "--vary device and --devices contradict each other")
    }
    try Self.checkDatasets(of: plan)
    let devices = try chosenDevices(for: plan)
    let folder = SweepFolder(path: out ?? "runs/sweep-\(model.name)")
    let command = ["gputrain"] + arguments
    try folder.claim(for: plan, SweepRecord(plan, first: plan.runs[0], command: command))
    try Sweep(
      plan: plan, folder: folder, devices: devices, evaluates: evaluate,
      command: shellCommand(command)
    ).run()
  }

  /// Refuses a data set that has a name which is not known, before a run of another is trained.
  ///
  /// - Throws: `DatasetError`.
  private static func checkDatasets(of plan: SweepPlan) throws {
    let store = DatasetStore()
    for name in Set(plan.runs.map(\.settings.dataset)).subtracting(store.names).sorted()
    where !name.contains("/") {
      _ = try store.knownDataset(name)
    }
  }

  /// The indices of the devices to train on; nil for the choice of each run.
  ///
  /// - Throws: `DeviceError` if one that is named does not exist; `UsageError`.
  private func chosenDevices(for plan: SweepPlan) throws -> [String?] {
    guard let devices else {
      // A name that is wrong is reported before the first run, which may take hours.
      let named = Set(plan.runs.map(\.settings.device)).subtracting([""])
      guard !named.isEmpty else { return [nil] }
      let existing = try AbruptEnd.openDevices().devices
      for name in named.sorted() { _ = try Devices.choose(name, from: existing) }
      return [nil]
    }
    let existing = try AbruptEnd.openDevices().devices
    guard devices != "all" else {
      let kind = try Devices.choose(nil, from: existing).kind
      return existing.filter { $0.kind == kind }.map(\.index)
    }
    let names = devices.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard !names.contains("") else {
      throw UsageError(description: "--devices: a device is missing")
    }
    return try names.map { try Devices.choose($0, from: existing).index }
  }
}
