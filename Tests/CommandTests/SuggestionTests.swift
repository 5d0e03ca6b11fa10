import Testing

@testable import gputrain

@Suite struct SuggestionTests {
  private static let options = [
    "dataset", "data-dir", "limit", "epochs", "batch-size", "learning-rate",
    "discriminator-learning-rate", "beta1", "seed", "device", "kernel-dir", "kernels", "no-tuning",
    "out", "sample-every", "checkpoint-every", "resume", "overwrite", "version", "help",
  ]

  @Test(arguments: [
    ("lr", ["learning-rate"]), ("bs", ["batch-size"]), ("dlr", ["discriminator-learning-rate"]),
    ("batch", ["batch-size"]), ("learn-rate", ["learning-rate"]), ("e", ["epochs"]),
    ("batch_size", ["batch-size"]), ("Epochs", ["epochs"]), ("learningrate", ["learning-rate"]),
    ("num-epochs", ["epochs"]), ("output", ["out"]), ("output-dir", ["out"]), ("gpu", ["device"]),
    ("every", ["sample-every", "checkpoint-every"]), ("data", ["dataset", "data-dir"]),
    ("epohcs", ["epochs"]), ("sede", ["seed"]), ("betas", ["beta1"]), ("deivce", ["device"]),
  ])
  func isWhatWasMeant(word: String, names: [String]) {
    #expect(Suggestion.names(for: word, among: Self.options) == names)
  }

  /// No option fits, or too many do: then no suggestion is better than a wrong one.
  @Test(arguments: [
    "dropout", "momentum", "workers", "verbose", "beta2", "weight-decay", "wd", "x", "d", "n", "",
  ])
  func isNothingIfNoNameIsNear(word: String) {
    #expect(Suggestion.names(for: word, among: Self.options) == [])
  }

  @Test(arguments: [
    ("trian", "train"), ("eval", "evaluate"), ("benchmark", "bench"), ("datasets", "data"),
    ("generate", "sample"),
  ])
  func isACommand(word: String, name: String) {
    let commands = ["train", "sample", "evaluate", "bench", "tune", "data"]
    #expect(Suggestion.names(for: word, among: commands) == [name])
  }
}
