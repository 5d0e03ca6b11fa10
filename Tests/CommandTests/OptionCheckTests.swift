import TestFiles
import Testing

/// Options out of range or malformed: the parser's own text and exit code 64.
@Suite struct OptionCheckTests {
  @Test(
    arguments: [
      (["--batch-size", "0"], "--batch-size must be between 1 and 65536"),
      (["--batch-size=-1"], "--batch-size must be between 1 and 65536"),
      (["--batch-size", "-1"], "--batch-size"),
      (["--batch-size", "65537"], "--batch-size must be between 1 and 65536"),
      (["--batch-size", "99999999999999999999"], "--batch-size"),
      (["--batch-size", "1.5"], "--batch-size"),
      (["--epochs", "0"], "--epochs must be between 1 and 1000000"),
      (["--epochs=-9223372036854775808"], "--epochs must be between"),
      (["--epochs", "9223372036854775807"], "--epochs must be between"),
      (["--sample-every", "0"], "--sample-every must be between"),
      (["--checkpoint-every", "0"], "--checkpoint-every must be between"),
      (["--learning-rate", "0"], "--learning-rate must be above 0 and at most 1"),
      (["--learning-rate=-1"], "--learning-rate must be above 0"),
      (["--learning-rate", "nan"], "--learning-rate must be above 0"),
      (["--learning-rate", "inf"], "--learning-rate must be above 0"),
      (["--learning-rate", "1e-400"], "--learning-rate must be above 0"),
      (["--learning-rate", "2"], "--learning-rate must be above 0"),
      (["--learning-rate", "fast"], "--learning-rate"),
      (["--beta1", "1"], "--beta1 must be at least 0 and below 1"),
      (["--beta1", "nan"], "--beta1 must be at least 0"),
      (["--beta1=-0.5"], "--beta1 must be at least 0"),
      (["--discriminator-learning-rate", "0"], "--discriminator-learning-rate must be above 0"),
      (
        ["--discriminator-learning-rate", "0.1"],
        "--discriminator-learning-rate is for GANs, and linear-vae has no discriminator"
      ),
      (["--preset", "stable"], "--preset stable is not for linear-vae, which needs no settings"),
      (["--preset", "wild"], "'wild' is invalid for '--preset <preset>'"),
      (["--seed=-1"], "'-1' is invalid for '--seed <seed>'"),
      (["--seed", "18446744073709551616"], "is invalid for '--seed <seed>'"),
      (["--seed", "text"], "'text' is invalid for '--seed <seed>'"),
      (["--seed", ""], "--seed"),
      (["--out", ""], "--out must name a folder"),
      (["--nonsense"], "Unknown option '--nonsense'"),
      (["another"], "Unexpected argument 'another'"),
    ])
  func train(options: [String], text: String) throws {
    let folder = try TemporaryFolder()
    expectUsageError(
      try Gputrain.run(["train", "linear-vae"] + options, in: folder.path), text)
    #expect(try folder.names().isEmpty)
  }

  @Test(
    arguments: [
      (["train"], "Missing expected argument '<model>'"),
      (["train", "nosuch"], "'nosuch' is neither a built-in model nor a file; the built-in"),
      (["train", ""], "'' is neither a built-in model nor a file"),
      (["bench", "nosuch"], "'nosuch' is neither a built-in model nor a file; the built-in"),
      (["bench", "linear-vae", "--steps", "0"], "--steps must be between 1 and 100000"),
      (["bench", "linear-vae", "--batch-size", "0"], "--batch-size must be between"),
      (
        ["bench", "linear-vae", "--steps", "100000", "--batch-size", "65536"],
        "--steps times --batch-size must be at most 1000000 images"
      ),
      (["sample"], "Missing expected argument '<checkpoint>'"),
      (["sample", "x", "--count", "0"], "--count must be between 1 and 100000"),
      (["sample", "x", "--count", "100001"], "--count must be between 1 and 100000"),
      (["sample", "x", "--seed=-1"], "--seed"),
      (["sample", "x", "--out", "a", "--tensors", "a"], "--out and --tensors name the same file"),
      (["sample", "x", "--out", ""], "--out must name a file"),
      (["sample", "x", "--out", "./a", "--tensors", "a"], "name the same file"),
      (
        ["sample", "x", "--out", "a.jpg"], "--out a.jpg must end in .png, the format that is"
      ),
      (["sample", "x", "--out", "b.png/a.PNG.jpeg"], "must end in .png"),
      (["sample", "x", "--out", "a.safetensors"], "must end in .png"),
      (["sample", "x", "--tensors", "a.npz"], "--tensors a.npz must end in .safetensors"),
      (["sample", "x", "--tensors", "a.png"], "must end in .safetensors"),
      (["reconstruct", "x", "--out", "a.gif"], "must end in .png"),
      (["interpolate", "x", "--out", "a.webp"], "must end in .png"),
      (["latents", "x", "--map", "a.png"], "--map a.png must end in .svg"),
      (["latents", "x", "--map", "a", "--manifold", "./a"], "two options name the same file"),
      (["latents", "x", "--side", "1"], "--side must be between 2 and 100"),
      (["export", "x", "--onnx", "a.pt"], "--onnx a.pt must end in .onnx"),
      (["export", "x"], "Missing expected argument '--onnx <onnx>'"),
      (["evaluate", "x", "--tensors", "a.pt"], "must end in .safetensors"),
      (["profile", "linear-vae", "--trace", "a.txt"], "--trace a.txt must end in .json"),
      (["profile", "linear-vae", "--trace", ""], "--trace must name a file"),
      (["sample", "x", "--model", "nosuch"], "'nosuch' is neither a built-in model nor"),
      (["reconstruct"], "Missing expected argument '<checkpoint>'"),
      (["reconstruct", "x", "--count", "0"], "--count must be between 1 and 100000"),
      (["reconstruct", "x", "--count", "100001"], "--count must be between 1 and 100000"),
      (["reconstruct", "x", "--tensors", ""], "--tensors must name a file"),
      (["reconstruct", "x", "--limit", "1"], "Unknown option '--limit'"),
      (["reconstruct", "x", "--seed", "1"], "Unknown option '--seed'"),
      (["nosuch"], "Unexpected argument 'nosuch'"),
      (["data", "nosuch"], "Unexpected argument 'nosuch'"),
      (["devices", "nosuch"], "Unexpected argument 'nosuch'"),
    ])
  func otherCommands(arguments: [String], text: String) throws {
    let folder = try TemporaryFolder()
    expectUsageError(try Gputrain.run(arguments, in: folder.path), text)
    #expect(try folder.names().isEmpty)
  }
}
