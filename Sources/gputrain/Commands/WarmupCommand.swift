import ArgumentParser
import Files
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
    // What a terminal or a batch queue sends to both is for the program that started it.
    Interruption.block()
    // Its output closes when that program has ended: then nobody needs the kernels.
    let watcher = try startThread {
      var output = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
      while poll(&output, 1, -1) <= 0 {}
      _exit(EXIT_FAILURE)
    }
    pthread_detach(watcher)
    // That program sees how the driver ends this one.
    AbruptEnd.endSilently()
    let text = try FileHandle.standardInput.readToEnd() ?? Data()
    guard let warmup = try? JSONDecoder().decode(KernelWarmup.self, from: text) else {
      throw InputError(description: "standard input does not say which kernels to compile")
    }
    try warmup.run(on: try deviceOptions.openContext())
  }
}
