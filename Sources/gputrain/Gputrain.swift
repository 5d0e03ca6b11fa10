import ArgumentParser
import CMalloc
import Foundation
import GPUTensor

/// The program: its commands, and what becomes of their errors.
@main
struct Gputrain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gputrain",
    abstract: "Trains the generative models of the paper \"GAN vs VAE\" on any OpenCL device.",
    discussion: "Models: \(ModelName.allValueStrings.joined(separator: ", ")).",
    version: Version.current,
    subcommands: [
      DevicesCommand.self, TrainCommand.self, SampleCommand.self, ReconstructCommand.self,
      InterpolateCommand.self, EvaluateCommand.self, PaperCommand.self, BenchCommand.self,
      ProfileCommand.self,
      PlanCommand.self,
      SelftestCommand.self, TuneCommand.self, DataCommand.self, WarmupCommand.self,
    ])

  static func main() {
    StandardStreams.prepare()
    // What a checkpoint or a picture takes for a moment is given back at once. Otherwise glibc keeps ever larger blocks,
    // and the memory of a run grows by a tenth in its first epochs.
    mallopt(M_MMAP_THRESHOLD, 1 << 20)
    DriverEnvironment.prepare()
    Foundation.exit(perform())
  }

  /// Runs the command line and returns the exit code; by then, all that the command has made is gone. An error is one
  /// line on stderr and the exit code that `ExitStatus` or, for usage errors, the parser gives it.
  private static func perform() -> Int32 {
    do {
      var command = try parseAsRoot(corrected(CommandLine.arguments.dropFirst()))
      do {
        try command.run()
        return EXIT_SUCCESS
      } catch let error where ExitStatus(of: error) != nil || exitCode(for: error) == .failure {
        // What is neither the parser's nor foreseen is a fault of the program.
        let status = ExitStatus(of: error) ?? .software
        StandardError.print("gputrain: \(error)")
        return status.rawValue
      }
    } catch {
      let status = exitCode(for: error)
      let text = fullMessage(for: error)
      if status.isSuccess {
        try? StandardOutput.print(text)
      } else {
        StandardError.print("gputrain: \(oneLine(message(for: error), help: text))")
      }
      return status.rawValue
    }
  }

  /// The parser's words as one line, with the command that its longer text says tells more.
  private static func oneLine(_ message: String, help: String) -> String {
    let lines = message.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    let words = lines.joined(separator: " ").trimmingCharacters(in: ["."])
    return words + (help.firstMatch(of: /See ('gputrain[^']*')/).map { "; see \($0.1)" } ?? "")
  }

  /// The arguments with a negative number joined to the option before it, which the parser would take for an option, and
  /// without a `help` before what is no command, which it would pass over.
  private static func corrected(_ arguments: ArraySlice<String>) -> [String] {
    let names = configuration.subcommands.map { $0.configuration.commandName }
    let asksInVain =
      arguments.first == "help" && arguments.dropFirst().first.map { !names.contains($0) } == true
    return arguments.dropFirst(asksInVain ? 1 : 0).reduce(into: []) { joined, argument in
      if let option = joined.last, option.hasPrefix("--"), !option.contains("="),
        argument.hasPrefix("-"), Double(argument) != nil
      {
        joined[joined.count - 1] = "\(option)=\(argument)"
      } else {
        joined.append(argument)
      }
    }
  }
}

/// The program's version.
enum Version {
  static let current = "0.1.0"
}
