import Testing

/// Help and version.
@Suite struct GputrainTests {
  @Test(
    arguments: [
      (
        ["--help"],
        [
          "devices", "train", "sample", "reconstruct", "bench", "data", "--version", "linear-vae",
        ]
      ),
      ([], ["devices", "train", "sample", "reconstruct", "bench", "data"]),
      (["devices", "--help"], ["--device"]),
      (
        ["train", "--help"],
        [
          "<model>", "linear-vae", "--dataset", "--data-dir", "--epochs", "--batch-size",
          "--learning-rate", "--seed", "--device", "--kernel-dir", "--out", "--sample-every",
          "--checkpoint-every", "--overwrite",
        ]
      ),
      (
        ["sample", "--help"],
        [
          "<checkpoint>", "--model", "--count", "--seed", "--out", "--latents", "--tensors",
          "--device", "--kernel-dir", "samples.png",
        ]
      ),
      (
        ["reconstruct", "--help"],
        [
          "<checkpoint>", "--model", "--count", "--out", "--tensors", "--dataset", "--data-dir",
          "--device", "--kernel-dir", "reconstructions.png",
        ]
      ),
      (
        ["latents", "--help"],
        [
          "<checkpoint>", "--model", "--rows", "--steps", "--side", "--count", "--seed", "--label",
          "--traversals", "--manifold", "--map", "--tensors", "--dataset", "--device",
          "traversals.png, manifold.png,", "map.svg",
        ]
      ),
      (["runs", "--help"], ["<folders>", "--sort", "--model", "--dataset", "--state", "--json"]),
      (["compare", "--help"], ["<folders>", "--epoch", "--out", "--curves", "--json"]),
      (["watch", "--help"], ["<run>", "--graphics", "--every", "--once"]),
      (["export", "--help"], ["<checkpoint>", "--model", "--onnx", "--network"]),
      (
        ["interpolate", "--help"],
        [
          "<checkpoint>", "--model", "--rows", "--steps", "--seed", "--out", "--tensors",
          "--dataset",
          "--data-dir", "--device", "--kernel-dir", "interpolations.png",
        ]
      ),
      (
        ["explore", "--help"],
        ["<checkpoint>", "--model", "--out", "--exact", "--device", "--kernel-dir", "explore.html"]
      ),
      (
        ["evaluate", "--help"],
        [
          "<checkpoints>", "--model", "--samples", "--seed", "--classifier-seed", "--tensors",
          "--dataset", "--data-dir", "--limit", "--device", "--kernel-dir", "--json",
        ]
      ),
      (
        ["bench", "--help"],
        ["<model>", "--steps", "--batch-size", "--device", "--kernel-dir", "--json"]
      ),
      (
        ["paper", "--help"],
        [
          "--models", "--epochs", "--quick", "--seed", "--dataset", "--data-dir", "--device",
          "--out",
        ]
      ),
      (["data", "--help"], ["list", "fetch", "verify"]),
      (["data", "list", "--help"], ["--data-dir"]),
      (["data", "fetch", "--help"], ["<name>", "--data-dir", "--mirror"]),
      (["data", "verify", "--help"], ["<name>", "--data-dir"]),
      (["help", "train"], ["--epochs"]),
    ])
  func help(arguments: [String], texts: [String]) throws {
    let outcome = try Gputrain.run(arguments)
    expectSuccess(outcome)
    #expect(outcome.stderr == "")
    #expect(outcome.stdout.contains("OVERVIEW: ") && outcome.stdout.contains("USAGE: gputrain"))
    for text in texts { #expect(outcome.stdout.contains(text), "\(text)") }
  }

  /// One line, with the parser's message and the command that prints help.
  @Test(arguments: [
    (["train"], "Missing expected argument '<model>'; see 'gputrain train --help'"),
    (
      ["train", "linear-vae", "--epoch", "3"],
      "Unknown option '--epoch'. Did you mean '--epochs'?; see 'gputrain train --help'"
    ),
    (
      ["bench", "vae"],
      """
      'vae' is neither a built-in model nor a file. Did you mean 'linear-vae' or 'conv-vae'?; see \
      'gputrain bench --help'
      """
    ),
    (
      ["train", "linear-vea"],
      """
      'linear-vea' is neither a built-in model nor a file. Did you mean 'linear-vae'?; see \
      'gputrain train --help'
      """
    ),
    (
      ["train", "linear-vae", "--epochs", "-1"],
      "--epochs must be between 1 and 1000000; see 'gputrain train --help'"
    ),
    (
      ["train", "linear-vae", "--lr", "0.1"],
      "Unknown option '--lr'. Did you mean '--learning-rate'?; see 'gputrain train --help'"
    ),
    (
      ["train", "linear-vae", "--data", "x"],
      """
      Unknown option '--data'. Did you mean '--dataset' or '--data-dir'?; see 'gputrain train \
      --help'
      """
    ),
    (
      ["train", "linear-vae", "--dropout", "0.1"],
      "Unknown option '--dropout'; see 'gputrain train --help'"
    ),
    (
      ["train", "linear-vae", "-epochs", "3"],
      "Unknown option '-epochs'. Did you mean '--epochs'?; see 'gputrain train --help'"
    ),
    (
      ["trian", "linear-vae", "--epochs", "3"],
      "Unexpected argument 'trian'. Did you mean 'train'?; see 'gputrain --help'"
    ),
    (
      ["data", "lst", "--data-dir", "x"],
      "Unexpected argument 'lst'. Did you mean 'list'?; see 'gputrain data --help'"
    ),
    (["nosuch"], "Unexpected argument 'nosuch'; see 'gputrain --help'"),
    (["help", "nosuch"], "Unexpected argument 'nosuch'; see 'gputrain --help'"),
    (["sample", "--", "-x", "y"], "Unexpected argument 'y'; see 'gputrain sample --help'"),
  ])
  func aUsageErrorIsOneLine(arguments: [String], text: String) throws {
    let outcome = try Gputrain.run(arguments)
    #expect(outcome.status == 64 && outcome.stdout == "")
    #expect(outcome.stderr == "gputrain: \(text)\n")
  }

  @Test func version() throws {
    let outcome = try Gputrain.run(["--version"])
    expectSuccess(outcome)
    #expect(outcome.stdout.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
  }
}
