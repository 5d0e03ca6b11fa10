import ArgumentParser

/// How much a command prints on standard error.
struct VerbosityOptions: ParsableArguments {
  @Flag(help: "Print only errors, warnings and notes.")
  var quiet = false

  @Flag(help: "Print also what was chosen and what it cost: kernels, memory, checkpoints.")
  var verbose = false

  func validate() throws {
    guard !(quiet && verbose) else {
      throw ValidationError("--quiet and --verbose contradict each other")
    }
  }

  /// Prints as much as the options ask for from here on.
  func apply() { StandardError.verbosity = quiet ? .quiet : verbose ? .verbose : .normal }
}
