import ArgumentParser
import Foundation
import GPUTensor

/// `gputrain warmup`: a helper of another gputrain, which makes the driver compile kernels.
struct WarmupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "warmup",
    abstract: "Compiles the kernels that standard input names, for another gputrain.",
    shouldDisplay: false)

  @OptionGroup var deviceOptions: DeviceOptions

  func run() throws {
    // Ctrl-C is for the program that started it.
    signal(SIGINT, SIG_IGN)
    let text = try FileHandle.standardInput.readToEnd() ?? Data()
    let warmup = try JSONDecoder().decode(KernelWarmup.self, from: text)
    try warmup.run(on: try deviceOptions.openContext())
  }
}
