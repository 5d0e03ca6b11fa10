import ArgumentParser
import GPUTensor
import GenerativeModels

/// `gputrain plan MODEL`: prints what a training needs.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Prints what a model's training needs: parameters, operations, device memory.",
    discussion: """
      The numbers are for as many images as MNIST has. Nothing is allocated. If the training does \
      not fit the device, the answer says so and the exit code is \
      \(ExitStatus.unavailable.rawValue). --json also lists every launch of a step.

      With --units, the plan is for a GPU that need not be here, such as \
      `--units 132 --local-memory 227` for an NVIDIA H100 or H200. Whether the training fits its \
      memory is not checked.
      """)

  @OptionGroup var step: StepOptions

  @Option(
    help: ArgumentHelp(
      "Plan for a GPU with this many compute units (multiprocessors).", valueName: "count"))
  var units: Int?

  @Option(
    help: ArgumentHelp(
      "With --units: its local memory for a work-group. (default: 48 KiB)", valueName: "KiB"))
  var localMemory: Int?

  func validate() throws {
    try OptionCheck.number(units, .units, "--units")
    try OptionCheck.number(localMemory, .localMemory, "--local-memory")
    guard units != nil || localMemory == nil else {
      throw ValidationError("--local-memory needs --units")
    }
    guard units == nil || step.deviceOptions.device.kernels != .register else {
      throw ValidationError("--kernels register is for CPUs, and --units plans for a GPU")
    }
  }

  func run() throws {
    var context = try step.openContext()
    if let units {
      context = try imagined(units: units, inPlaceOf: context)
    } else {
      try context.checkPrecision()
    }
    let plan = try TrainingPlan(try step.model.value, try step.training, on: context)
    try step.print(plan, table: plan.table)
    try plan.check(context.device)
  }

  /// Returns a context for recording what a GPU would launch, without what is tuned for this
  /// device.
  private func imagined(units: Int, inPlaceOf context: Context) throws -> Context {
    let device = context.device.imagined(units: units, localMemory: (localMemory ?? 48) << 10)
    return try Context(
      sharingProgramsOf: context, as: device,
      family: step.deviceOptions.device.kernels ?? .auto, precision: context.precision,
      convolution: context.convolution)
  }
}
