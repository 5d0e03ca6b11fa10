import ArgumentParser
import Files
import Foundation
import GPUTensor

/// `gputrain warmup`: makes the driver compile kernels, as a helper of another gputrain.
struct WarmupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "warmup",
    abstract: "Compiles the kernels that standard input names, for another gputrain.",
    shouldDisplay: false)

  @OptionGroup var deviceOptions: DeviceOptions

  func run() throws {
    // A terminal or a batch queue signals both programs. The one that started this one handles it.
    Interruption.block()
    // Standard output closes when that program ends. Then nobody needs the kernels. Until then that
    // program counts the bytes there: one for each kernel.
    try Lifeline.watch { _exit(EXIT_FAILURE) }
    // If the driver ends this program, the other one sees how and prints the line.
    AbruptEnd.endSilently()
    let text = try FileHandle.standardInput.readToEnd() ?? Data()
    guard let programs = try? JSONDecoder().decode([KernelWarmup].self, from: text) else {
      throw InputError(description: "standard input does not say which kernels to compile")
    }
    let context = try deviceOptions.openContext()
    for program in programs {
      try program.run(on: context) { try? StandardOutput.write(".") }
    }
  }
}
