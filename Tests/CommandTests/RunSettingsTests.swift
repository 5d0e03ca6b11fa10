import Files
import Foundation
import GenerativeModels
import Testing

@testable import gputrain

/// Everything that is derived from the settings of a run has all of them.
@Suite struct RunSettingsTests {
  /// Settings that all need their option.
  private let given = RunSettings(
    model: "linear-gan", dataset: "./data", dataDir: "-sets", limit: 20, imageSize: "64x48",
    channels: 3, invert: true, background: "ff8000", validation: "./val", splitSeed: 11,
    skipDamaged: true, epochs: 3, batchSize: 4, shards: 2,
    learningRate: 0.25, discriminatorLearningRate: 0.125, beta1: 0.5, beta: 4, betaWarmup: 2,
    likelihood: "gaussian", realLabel: 0.75, seed: .max, sampleEvery: 6, checkpointEvery: 7,
    checkpointSteps: 8, keep: 9, tensorboard: false, kernels: "tensorcore", precision: "bf16",
    convolution: "direct", tuning: [:], kernelDir: "own 'kernels", device: "a device")

  /// Settings that differ from those in every property.
  private let others = RunSettings(
    model: "dcgan", dataset: "mnist", epochs: 1, batchSize: 64, learningRate: 2e-4, beta1: 0.9,
    kernels: "register", precision: "float32", convolution: "auto", tuning: ["gemm": "tile"],
    device: "another")

  /// The properties of settings, by the names that run.json gives them.
  private func properties(_ settings: RunSettings) -> [String: String] {
    let children = Mirror(reflecting: settings).children.map { child in
      let name = (child.label ?? "").drop { $0 == "_" }
      let snake = name.replacing(/[A-Z]/) { "_" + $0.0.lowercased() }
      return (String(snake), String(describing: child.value))
    }
    return Dictionary(uniqueKeysWithValues: children)
  }

  @Test func everySettingHasAnOption() {
    // A new property must differ here too.
    for (name, value) in properties(given) { #expect(properties(others)[name] != value, "\(name)") }
    let keys = RunSettings.fields.map { $0.key.replacing("no_", with: "") }
    #expect((keys + ["model"]).sorted() == properties(given).keys.sorted())
  }

  @Test func aResumeComparesEverySetting() {
    #expect(given.changes(in: given) == [] && others.changes(in: others) == [])
    let changes = given.changes(in: others)
    #expect(changes.map(\.option) == RunSettings.fields.map(\.option))
    #expect(Set(changes.map { "\($0) \($0.recorded)" }).count == changes.count)
    let forbidden = changes.filter(\.isForbidden).map(\.option)
    #expect(
      forbidden == [
        "--no-tuning", "--epochs", "--batch-size", "--shards", "--learning-rate",
        "--discriminator-learning-rate", "--beta1", "--beta", "--beta-warmup", "--likelihood",
        "--real-label", "--seed", "--precision", "--kernels",
        "--convolution",
      ])
    // More epochs are allowed.
    #expect(!others.changes(in: given).filter(\.isForbidden).map(\.option).contains("--epochs"))
  }

  /// Messages have words for an option that is not given.
  @Test func optionsThatAreNotGivenHaveWords() {
    let words = Dictionary(
      others.changes(in: given).map { ($0.option, $0.recorded) }, uniquingKeysWith: { $1 })
    #expect(words["--limit"] == "none" && words["--no-tuning"] == "1 tuned operations")
    #expect(words["--discriminator-learning-rate"] == "0.0002")
    #expect(given.changes(in: others).first?.asked == "tensorboard")
    #expect(others.changes(in: given).first?.description == "--no-tensorboard")
    var old = given
    (old.precision, old.kernels) = (nil, "register")
    #expect(
      old.changes(in: given).map { "\($0): \($0.recorded)" }.first == "--precision bf16: float32")
  }

  /// The command that is printed has every option, and each of them sets its setting.
  @Test func theCommandSetsEverySetting() throws {
    let command = given.command(of: given.model)
    #expect(command.starts(with: ["gputrain", "train", "linear-gan", "--no-tensorboard"]))
    let names = command.dropFirst(3).map { $0.prefix { $0 != "=" } }
    for field in RunSettings.fields {
      #expect(names.contains { $0 == field.option }, "\(field.key)")
    }
    // Some settings are only for GANs or only for VAEs.
    var (gan, vae) = (given, given)
    (gan.beta, gan.betaWarmup, gan.likelihood) = (nil, nil, nil)
    (vae.model, vae.discriminatorLearningRate, vae.realLabel) = ("linear-vae", nil, nil)
    for (settings, model) in [(gan, GAN.linear), (vae, VAE.linear)]
      as [(RunSettings, any GenerativeModel)]
    {
      let parsed = try TrainCommand.parse(Array(settings.command(of: model.name).dropFirst(2)))
      var base = others
      base.model = model.name
      #expect(parsed.options.settings(over: base, for: model) == settings)
    }
    for words in [
      ["linear-gan", "--beta", "2"], ["dcgan", "--beta-warmup", "2"],
      ["dcgan", "--likelihood", "gaussian"],
      ["linear-vae", "--real-label", "0.9"],
    ] {
      let error = #expect(throws: (any Error).self) { try TrainCommand.parse(words) }
      #expect(error.map { TrainCommand.message(for: $0) }?.hasPrefix("\(words[1]) is for ") == true)
    }
    // Settings whose options are not given stay.
    let none = try TrainCommand.parse(["dcgan"]).options
    #expect(none.settings(over: others, for: GAN.dcgan) == others)
  }

  /// A run is recorded in the same way whether its model's own likelihood is named or not.
  @Test func theLikelihoodOfTheModelNeedsNoRecord() throws {
    let tanh = try VAE(
      name: "own", encoder: Network(input: 4) { Linear("e", to: 2) },
      decoder: Network(input: 1) {
        Linear("d", to: 4); Tanh()
      }, likelihood: .gaussian)
    func settings(_ word: String, _ model: any GenerativeModel) throws -> String? {
      try TrainCommand.parse(["linear-vae", "--likelihood", word])
        .options.settings(over: RunSettings(for: model), for: model).likelihood
    }
    #expect(try settings("bernoulli", VAE.linear) == nil)
    #expect(try settings("gaussian", VAE.linear) == "gaussian")
    #expect(try settings("gaussian", tanh) == "gaussian")
    #expect(RunSettings(for: tanh).likelihood == "gaussian")
    // run.json has the names of the library's cases.
    for name in Likelihood.allCases.map(\.rawValue) + ["poisson"] {
      var settings = RunSettings(for: VAE.linear)
      settings.likelihood = name
      #expect((settings.fault == nil) == (Likelihood(rawValue: name) != nil))
    }
    let gaussian = try VAE.linear.assuming(.gaussian)
    #expect(try settings("bernoulli", gaussian) == "bernoulli")
    let error = #expect(throws: (any Error).self) {
      try TrainCommand.parse(["linear-vae", "--likelihood", "bernoulli"]).options.learning.check(
        for: tanh)
    }
    #expect(
      error.map { "\($0)" }?.contains("--likelihood bernoulli is not for own: ") == true)
  }

  @Test func jsonHasEverySetting() throws {
    let text = try given.jsonText()
    let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    #expect(object?.keys.sorted() == properties(given).keys.sorted())
    #expect(object?["seed"] as? String == "18446744073709551615")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    #expect(try decoder.decode(RunSettings.self, from: Data(text.utf8)) == given)
  }

  @Test func checkpointsHaveWhatDecidesTheBits() {
    #expect(
      given.metadata == [
        "batch_size": "4", "shards": "2", "learning_rate": "0.25",
        "discriminator_learning_rate": "0.125",
        "beta1": "0.5", "beta": "4.0", "beta_warmup": "2", "likelihood": "gaussian",
        "real_label": "0.75",
        "seed": "18446744073709551615", "precision": "bf16", "kernels": "tensorcore",
        "convolution": "direct",
      ])
    // A checkpoint of the paper's settings does not have others' names.
    for key in ["beta", "real_label", "shards"] { #expect(others.metadata[key] == nil) }
    #expect(others.metadata["discriminator_learning_rate"] == "0.0002")
  }

  @Test func valuesOutOfTheirRange() {
    #expect(given.fault == nil && others.fault == nil)
    for (option, change) in [
      ("--epochs", { $0.epochs = 0 }), ("--keep", { $0.keep = 1_000_001 }),
      ("--limit", { $0.limit = 0 }), ("--batch-size", { $0.batchSize = 65_537 }),
      ("--learning-rate", { $0.learningRate = .nan }), ("--beta1", { $0.beta1 = 1 }),
      ("--discriminator-learning-rate", { $0.discriminatorLearningRate = 0 }),
      ("--beta", { $0.beta = -1 }), ("--beta-warmup", { $0.betaWarmup = 0 }),
      ("--real-label", { $0.realLabel = 1.5 }), ("--shards", { $0.shards = 5 }),
      ("--sample-every", { $0.sampleEvery = -1 }),
    ] as [(String, (inout RunSettings) -> Void)] {
      var settings = given
      change(&settings)
      #expect(settings.fault?.hasPrefix("\(option) must be ") == true, "\(option)")
    }
  }

  /// The settings that `paper` shares leave each model its own batch size and learning.
  @Test(arguments: Models.paper.map(\.name)) func theSettingsOfAnotherModel(name: String) throws {
    let model = try #require(Models.named(name))
    for preset in Preset.allCases {
      let own = RunSettings(for: model, preset: preset)
      #expect(RunSettings(for: VAE.linear).applied(to: model, preset: preset) == own)
      let applied = others.applied(to: model, preset: preset)
      #expect(
        applied.metadata.filter { own.metadata[$0.key] != $0.value } == ["kernels": "register"])
      #expect(applied.dataset == others.dataset && applied.epochs == others.epochs)
      let options = own.trainingOptions(for: model)
      #expect(
        options == TrainingOptions(for: model, learning: model.settings(of: preset) ?? .init()))
    }
  }

  /// run.json files that are older than some of the settings.
  @Test(arguments: ["all", "run"]) func olderRecords(name: String) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
    let path = folder.path + "/Fuzz/corpus/run-record/\(name).json"
    let record = try RunRecord(parsing: try readFile(path: path, maximumBytes: 1 << 16))
    #expect(
      record.settings.precisionOrDefault == "float32" && record.provenance.defaultVariants == nil)
    #expect(record.settings.seed == 1 && record.settings.limit == 500)
    let again = try RunRecord(parsing: Array(try record.jsonText(pretty: true).utf8))
    #expect(again == record)
  }
}
