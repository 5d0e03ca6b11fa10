import ArgumentParser
import CMalloc
import Foundation
import GPUTensor
import GenerativeModels

/// The program: its commands, and how it reports their errors.
@main
struct Gputrain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gputrain",
    abstract: "Trains the generative models of the paper \"GAN vs VAE\" on OpenCL devices.",
    discussion: """
      Models: \(ModelName.allValueStrings.joined(separator: ", ")), and files that describe \
      others. \(GAN.dcgan64.name), for photos, makes images of 64×64 in colour; those of the paper \
      make images of 28×28 in grey.
      """,
    version: Version.current,
    subcommands: [
      DevicesCommand.self, TrainCommand.self, SampleCommand.self, ReconstructCommand.self,
      InterpolateCommand.self, LatentsCommand.self, ExploreCommand.self, ExportCommand.self,
      EvaluateCommand.self, RunsCommand.self, CompareCommand.self, WatchCommand.self,
      SweepCommand.self, PaperCommand.self, BenchCommand.self, ProfileCommand.self,
      PlanCommand.self, SelftestCommand.self, TuneCommand.self, DataCommand.self,
      ModelsCommand.self, WarmupCommand.self,
    ])

  static func main() {
    StandardStreams.prepare()
    // Large blocks, which checkpoints and pictures need for a moment, are returned to the system at
    // once. Otherwise glibc keeps ever larger blocks, and a run's memory grows by a tenth in its
    // first epochs.
    mallopt(M_MMAP_THRESHOLD, 1 << 20)
    Foundation.exit(perform())
  }

  /// Runs the command line and returns the exit code, after everything that the command made is
  /// released. Prints an error as one line on stderr; `ExitStatus` or, for usage errors, the parser
  /// gives its exit code.
  private static func perform() -> Int32 {
    AbruptEnd.expect(while: "read its input")
    defer { AbruptEnd.endSilently() }
    do {
      var command = try parseAsRoot(corrected(CommandLine.arguments.dropFirst()))
      do {
        try command.run()
        return EXIT_SUCCESS
      } catch let error where ExitStatus(of: error) != nil || exitCode(for: error) == .failure {
        // An unknown error that is not the parser's is a fault of the program.
        let status = ExitStatus(of: error) ?? .software
        StandardError.alert("gputrain: \(error)")
        return status.rawValue
      }
    } catch {
      let status = exitCode(for: error)
      let text = fullMessage(for: error)
      if status.isSuccess {
        try? StandardOutput.print(CompletionKind.addingNames(to: text))
      } else {
        StandardError.alert("gputrain: \(oneLine(message(for: error), help: text))")
      }
      return status.rawValue
    }
  }

  /// The parser's message as one line, with a suggestion of what was meant, and with the help
  /// command that the parser's longer text names.
  private static func oneLine(_ message: String, help: String) -> String {
    let lines = message.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    // Removes the mark that `corrected` adds.
    let words = lines.joined(separator: " ").trimmingCharacters(in: ["."])
      .replacing("'--_", with: "'-")
    guard let more = help.firstMatch(of: /See '(gputrain[^']*)'/)?.1 else { return words }
    return suggesting(words, in: command(more.split(separator: " "))) + "; see '\(more)'"
  }

  /// Adds to a message about an unknown option, command or model which one was probably meant. The
  /// parser's own guess counts the letters that differ, and takes `--lr` for `--out`.
  private static func suggesting(_ message: String, in command: ParsableCommand.Type) -> String {
    // The parser knows only the models that have a name.
    let model = /The value '(.*)' is invalid for '(?:--model )?<model>'\. Please provide.*/
    if let name = message.wholeMatch(of: model)?.1 { return ModelName.fault(of: String(name)) }
    let form = /(Unknown option|Unexpected argument) '(-*)(.+?)'(?:\. Did you mean '[^']*'\?)?/
    guard let match = message.wholeMatch(of: form)?.output else { return message }
    let isOption = !match.2.isEmpty
    let meant = Suggestion.names(
      for: String(match.3), among: isOption ? options(of: command) : subcommands(of: command))
    let words = meant.map { isOption ? "'--\($0)'" : "'\($0)'" }.joined(separator: " or ")
    return "\(match.1) '\(match.2)\(match.3)'" + (words.isEmpty ? "" : ". Did you mean \(words)?")
  }

  /// The command that the first words name, as in `gputrain data fetch --help`.
  private static func command(_ words: [Substring]) -> ParsableCommand.Type {
    words.reduce(Self.self) { subcommand(String($1), of: $0) ?? $0 }
  }

  private static func subcommand(
    _ name: String, of command: ParsableCommand.Type
  ) -> ParsableCommand.Type? {
    command.configuration.subcommands.first { $0.configuration.commandName == name }
  }

  /// The names of a command's subcommands, without those that its help does not show.
  private static func subcommands(of command: ParsableCommand.Type) -> [String] {
    command.configuration.subcommands.map { $0.configuration }
      .filter { $0.shouldDisplay }.compactMap { $0.commandName }
  }

  /// The names of a command's options, without dashes, as its help lists them: each begins a line.
  private static func options(of command: ParsableCommand.Type) -> [String] {
    helpMessage(for: command).matches(of: /^  (-\S.*?)(?:  |$)/.anchorsMatchLineEndings())
      .flatMap { $0.1.matches(of: /--([a-z0-9-]+)/).map { String($0.1) } }
  }

  /// Rewrites arguments that the parser would misread. Joins a negative number to the option before
  /// it. Turns a word after a single dash into an unknown long option: the parser would read its
  /// letters one by one, and print help for the h of `-epochs`.
  private static func corrected(_ arguments: ArraySlice<String>) -> [String] {
    let arguments = upToUnknownCommand(arguments)
    let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
    return arguments[..<end].reduce(into: []) { joined, argument in
      if argument.hasPrefix("-"), Double(argument) != nil,
        let option = joined.last, option.hasPrefix("--"), !option.contains("=")
      {
        joined[joined.count - 1] = "\(option)=\(argument)"
      } else if argument.hasPrefix("-"), argument.dropFirst().first != "-", argument.count > 2 {
        joined.append("--_" + argument.dropFirst())
      } else {
        joined.append(argument)
      }
    } + arguments[end...]
  }

  /// If a word should be a command and is none, returns the arguments up to it, without a `help`
  /// before them. The parser would skip the word, and complain about a later one or print help.
  private static func upToUnknownCommand(_ arguments: ArraySlice<String>) -> ArraySlice<String> {
    let words = arguments.first == "help" ? arguments.dropFirst() : arguments
    var command: ParsableCommand.Type = Self.self
    for index in words.indices {
      let isLast = command.configuration.subcommands.isEmpty || words[index].hasPrefix("-")
      if isLast { break }
      guard let next = subcommand(words[index], of: command) else { return words[...index] }
      command = next
    }
    return arguments
  }
}

/// The program's version.
enum Version {
  static let current = "0.1.0"
}
