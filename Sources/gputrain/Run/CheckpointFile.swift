import Files
import GenerativeModels
import SafeTensors

/// A checkpoint or plain weights on disk, and the model that it belongs to.
struct CheckpointFile {
  let path: String
  let model: any GenerativeModel
  private let checkpoint: Checkpoint

  /// Reads and checks a checkpoint; of a run folder, its last one.
  ///
  /// - Parameter given: The user's word for the model, which plain weights need.
  /// - Throws: `FileError`, `InputError`; `UsageError` where the file names another.
  init(path: String, model given: (any GenerativeModel)?) throws {
    let path = isFolder(path) ? RunFolder(path: path).lastCheckpoint : path
    self.path = path
    checkpoint = Checkpoint(file: try SafeTensorsFile.read(path))
    if let given, let name = checkpoint.model, name != given.name {
      throw UsageError(
        description: "--model \(given.name) contradicts \(path), which belongs to '\(name)'")
    }
    if let given {
      model = given
    } else if let name = checkpoint.model {
      guard let model = Models.named(name) else {
        throw InputError(description: "\(path) belongs to an unknown model, '\(name)'")
      }
      self.model = model
    } else {
      throw InputError(
        description: "\(path) does not say which model it belongs to; name it with --model")
    }
  }

  /// Writes its parameters into a set on the device, and says so where it converts them.
  ///
  /// - Throws: `InputError` where it does not fit; `OpenCLError`.
  func restore(_ parameters: ParameterSet) throws {
    let types = try explaining { try checkpoint.restore(parameters) }
    SafeTensorsFile.noteConversion(of: types, in: path)
    if checkpoint.hasWrappedNames {
      StandardError.note("\(path) names its tensors by a wrapper too, which is left out")
    }
  }

  /// Checks that it has the parameters of networks.
  ///
  /// - Throws: `InputError` where it does not.
  func check(_ networks: [Network]) throws {
    try explaining { try checkpoint.check(networks) }
  }

  /// Checks, without a device, that the run of a folder can resume from it.
  ///
  /// - Returns: The position.
  /// - Throws: `InputError` where it does not fit the model, or is another run's as far as it says
  ///   so.
  func check(toResume plan: RunPlan, in folder: RunFolder) throws -> TrainingPosition {
    try check(isOf: try plan.record(), in: folder)
    return try explaining { try checkpoint.check(toResume: plan.model, steps: plan.steps) }
  }

  /// Takes a training to where it was made.
  ///
  /// - Throws: `InputError` where it does not fit; `OpenCLError`.
  func restore(_ trainer: any Trainer) throws -> TrainingPosition {
    try explaining { try checkpoint.restore(trainer) }
  }

  private func check(isOf record: RunRecord, in folder: RunFolder) throws {
    let metadata = checkpoint.file.metadata
    for (key, value) in [
      ("seed", record.seed), ("batch_size", String(record.batchSize)),
      ("data_sha256", record.dataSha256),
    ] {
      if let other = metadata[key], other != value {
        throw InputError(
          description: """
            \(path) is of another run: its \(key) is \(other), and this run's is \(value); put the run's own back or \
            \(folder.beginAnew)
            """)
      }
    }
  }

  private func explaining<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as CheckpointError {
      throw InputError(description: "\(path) does not fit \(model.name): \(error)")
    }
  }

  /// Epochs done; nil where the file does not say, as plain weights do not.
  var statedEpoch: Int? { checkpoint.epoch }

  /// Epochs done; 0 where the file does not say.
  var epoch: Int { statedEpoch ?? 0 }

  /// What the run has been warned of.
  var warnings: [TrainingWarning] {
    (checkpoint.file.metadata[Self.warningsKey] ?? "").split(separator: " ")
      .compactMap { TrainingWarning(rawValue: String($0)) }
  }

  /// The metadata's name for them.
  static let warningsKey = "warnings"

  /// The checkpoint that a folder's run goes on from; nil where the run was cut before its first.
  ///
  /// - Throws: `InputError` where it is gone, damaged or of another model; `FileError`.
  static func last(
    in folder: RunFolder, of model: any GenerativeModel
  ) throws -> CheckpointFile? {
    guard let path = try folder.checkpointToResume() else { return nil }
    do {
      return try CheckpointFile(path: path, model: model)
    } catch let error as InputError {
      let others = folder.epochsWithCheckpoint.map(folder.checkpoint).filter { $0 != path }
      let advice = others.last.map { "copy \($0) to that name to go on from there, or " } ?? ""
      throw InputError(description: "\(error); \(advice)\(folder.beginAnew)")
    }
  }

  /// The newest checkpoint of a run's folder that can be read, in words.
  static func describeLast(in folder: RunFolder) -> String {
    let paths = folder.epochsWithCheckpoint.map(folder.checkpoint) + [folder.lastCheckpoint]
    for path in paths.reversed() {
      if let file = try? CheckpointFile(path: path, model: nil),
        let epoch = file.checkpoint.file.metadata["epoch"],
        let step = file.checkpoint.file.metadata["step"]
      {
        return "the last checkpoint is \(path) (epochs done: \(epoch), steps: \(step))"
      }
    }
    return "there is no checkpoint"
  }
}

extension SafeTensorsFile {
  /// Reads a file.
  ///
  /// - Throws: `FileError`; `InputError` where it is not a safetensors file.
  static func read(_ path: String) throws -> SafeTensorsFile {
    try parse(try readFile(path: path, maximumBytes: maximumBytes), from: path)
  }

  /// Parses the bytes of the file at `path`.
  ///
  /// - Throws: `InputError` where they are not a safetensors file.
  static func parse(_ bytes: [UInt8], from path: String) throws -> SafeTensorsFile {
    do {
      return try SafeTensorsFile(parsing: bytes)
    } catch let error as SafeTensorsError {
      throw InputError(description: "\(path) is not a usable safetensors file: \(error)")
    }
  }

  /// Says that numbers of the file at `path` are converted, where they are of other types than F32.
  static func noteConversion(of types: [String], in path: String) {
    guard !types.isEmpty else { return }
    let names = types.joined(separator: " and ")
    StandardError.note("\(path) holds numbers in \(names), which are converted to F32")
  }
}
