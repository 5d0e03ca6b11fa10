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
      \(ExitStatus.unavailable.rawValue).
      """)

  @OptionGroup var step: StepOptions

  func run() throws {
    let context = try step.openContext()
    try context.checkPrecision()
    let plan = try MemoryPlan(try step.model.value, try step.training, on: context)
    try step.print(plan, table: plan.table)
    try plan.check(context.device)
  }
}
