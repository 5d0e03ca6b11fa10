extension RunSettings {
  /// What a resumed run may do with a setting.
  enum Rule: Sendable {
    /// It may change, since the trained bits do not depend on it.
    case free
    /// It stays, since the trained bits depend on it. Checkpoints hold it too.
    case fixed
    /// It may grow, but not shrink.
    case growing
    /// It may change as long as the images stay the same.
    case images
  }

  /// A setting as an option of `train`.
  struct Field: Sendable {
    /// The option, such as `--batch-size`.
    let option: String
    let rule: Rule
    /// The values that are accepted; nil for any.
    let range: ValueRange?
    /// Whether the option stands alone, without a value.
    let isFlag: Bool
    /// The option's value; nil if the command does not need the option.
    let value: @Sendable (RunSettings) -> String?
    /// What applies if `value` is nil, as words for a message.
    let absent: @Sendable (RunSettings) -> String

    /// Whether checkpoints have what applies if `value` is nil.
    var recordsAbsence = true

    /// What applies if a setting has no value and needs none.
    static let none = "none"

    /// An option with a value.
    init(
      _ option: String, _ rule: Rule, _ range: ValueRange? = nil,
      value: @escaping @Sendable (RunSettings) -> String?,
      absent: @escaping @Sendable (RunSettings) -> String = { _ in Self.none }
    ) {
      (self.option, self.rule, self.range, isFlag) = (option, rule, range, false)
      (self.value, self.absent) = (value, absent)
    }

    /// An option without a value.
    init(
      flag option: String, _ rule: Rule, if isSet: @escaping @Sendable (RunSettings) -> Bool,
      absent: @escaping @Sendable (RunSettings) -> String
    ) {
      (self.option, self.rule, range, isFlag) = (option, rule, nil, true)
      (value, self.absent) = ({ isSet($0) ? "" : nil }, absent)
    }

    /// The setting's name in a checkpoint's metadata and, unless it is a flag, in run.json.
    var key: String { String(option.dropFirst(2)).replacing("-", with: "_") }

    /// The value that applies, as words for a message.
    func text(_ settings: RunSettings) -> String { value(settings) ?? absent(settings) }

    /// The words of a command line that set it.
    func words(_ settings: RunSettings) -> [String] {
      guard let value = value(settings) else { return [] }
      return isFlag ? [option] : commandWords(option, value)
    }
  }

  /// NOTE: Checkpoints of whole batches have no entry for shards.
  private static let shards = {
    var field = Field(
      "--shards", .fixed, .batchSize, value: { $0.shards.map { "\($0)" } }, absent: { _ in "1" })
    field.recordsAbsence = false
    return field
  }()

  /// All settings but the model, in the order of the command line.
  static let fields = [
    Field(flag: "--no-tensorboard", .free, if: { !$0.tensorboard }, absent: { _ in "tensorboard" }),
    Field(
      flag: "--no-tuning", .fixed, if: { $0.tuning?.isEmpty == true },
      absent: { "\($0.tuning?.count ?? 0) tuned operations" }),
    Field("--dataset", .images, value: { $0.dataset }),
    Field("--epochs", .growing, .count, value: { "\($0.epochs)" }),
    Field("--batch-size", .fixed, .batchSize, value: { "\($0.batchSize)" }),
    shards,
    Field("--learning-rate", .fixed, .learningRate, value: { "\($0.learningRate)" }),
    Field(
      "--discriminator-learning-rate", .fixed, .learningRate,
      value: { $0.discriminatorLearningRate.map { "\($0)" } }, absent: { "\($0.learningRate)" }),
    Field("--beta1", .fixed, .decayRate, value: { "\($0.beta1)" }),
    Field("--beta", .fixed, .weight, value: { $0.beta.map { "\($0)" } }),
    Field("--beta-warmup", .fixed, .count, value: { $0.betaWarmup.map { "\($0)" } }),
    Field("--likelihood", .fixed, .likelihood, value: { $0.likelihood }),
    Field("--real-label", .fixed, .label, value: { $0.realLabel.map { "\($0)" } }),
    Field("--seed", .fixed, value: { "\($0.seed)" }),
    Field("--device", .free, value: { $0.device }),
    Field("--sample-every", .free, .count, value: { "\($0.sampleEvery)" }),
    Field("--checkpoint-every", .free, .count, value: { "\($0.checkpointEvery)" }),
    Field("--checkpoint-steps", .free, .count, value: { $0.checkpointSteps.map { "\($0)" } }),
    Field("--keep", .free, .count, value: { $0.keep.map { "\($0)" } }),
    Field("--limit", .images, .count, value: { $0.limit.map { "\($0)" } }),
    Field("--image-size", .images, .imageSize, value: { $0.imageSize }),
    Field("--channels", .images, .channels, value: { $0.channels.map { "\($0)" } }),
    Field(flag: "--invert", .images, if: { $0.invert == true }, absent: { _ in "as they are" }),
    Field("--background", .images, .colour, value: { $0.background }),
    Field("--validation", .images, value: { $0.validation }),
    Field("--split-seed", .images, .seed, value: { $0.splitSeed.map { "\($0)" } }),
    Field(
      flag: "--skip-damaged", .free, if: { $0.skipDamaged == true }, absent: { _ in "all files" }),
    Field("--data-dir", .free, value: { $0.dataDir }),
    // Before the kernels, which follow from it: a message names the first setting that changed.
    Field("--precision", .fixed, value: { $0.precisionOrDefault }),
    Field("--kernels", .fixed, value: { $0.kernels }),
    Field("--convolution", .fixed, value: { $0.convolution }),
    Field("--kernel-dir", .free, value: { $0.kernelDir }),
  ]

  /// The command line that repeats the run. `model` is the model as its argument.
  func command(of model: String) -> [String] {
    ["gputrain", "train", model] + Self.fields.flatMap { $0.words(self) }
  }

  /// Says that a batch has too few images for its shards; nil if it has enough.
  static func fault(shards: Int, batchSize: Int) -> String? {
    shards <= batchSize
      ? nil : "--shards must be at most the images in a batch, \(batchSize), and is \(shards)"
  }

  /// Says which option has a value out of its range; nil if none has.
  var fault: String? {
    for field in Self.fields {
      if let range = field.range, let text = field.value(self), !range.contains(text) {
        return range.fault(of: field.option)
      }
    }
    return Self.fault(shards: shards ?? 1, batchSize: batchSize)
  }

  /// A setting that differs between two runs.
  struct Change: Equatable, CustomStringConvertible {
    let option: String
    let recorded: String
    let asked: String
    let rule: Rule

    /// The option with its new value, as on the command line.
    var description: String { asked.isEmpty ? option : "\(option) \(asked)" }

    /// Whether a resumed run must not make the change, even with the same images.
    var isForbidden: Bool {
      switch rule {
      case .free, .images: false
      case .fixed: true
      case .growing: (Int(asked) ?? 0) < (Int(recorded) ?? 0)
      }
    }
  }

  /// The settings that differ in `other`.
  func changes(in other: RunSettings) -> [Change] {
    Self.fields.compactMap { field in
      let (recorded, asked) = (field.text(self), field.text(other))
      return recorded == asked
        ? nil
        : Change(option: field.option, recorded: recorded, asked: asked, rule: field.rule)
    }
  }

  /// The settings with values that decide the trained bits, by the names of a checkpoint's
  /// metadata.
  var metadata: [String: String] {
    let fixed = Self.fields.filter {
      $0.rule == .fixed && !$0.isFlag && ($0.recordsAbsence || $0.value(self) != nil)
    }
    let texts = fixed.map { ($0.key, $0.text(self)) }.filter { $0.1 != Field.none }
    return Dictionary(texts, uniquingKeysWith: { $1 })
  }
}
