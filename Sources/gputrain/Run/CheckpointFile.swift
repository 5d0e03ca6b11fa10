import Datasets
import Files
import Foundation
import GenerativeModels
import SafeTensors

/// A checkpoint or plain weights on disk, with the model they belong to.
struct CheckpointFile {
  let path: String
  let model: any GenerativeModel
  private let checkpoint: Checkpoint

  /// Reads and checks a checkpoint, or the last one of a run folder.
  ///
  /// - Parameter given: The model as the user named it, which plain weights need.
  /// - Throws: `FileError`, `InputError`; `UsageError` if the file names another model.
  init(path: String, model given: (any GenerativeModel)?) throws {
    let path = isFolder(path) ? RunFolder(path: path).lastCheckpoint : path
    self.path = path
    checkpoint = Checkpoint(file: try Self.read(path))
    if let given, let name = checkpoint.model, name != given.name {
      throw UsageError(
        description: "--model \(given.name) contradicts \(path), which belongs to '\(name)'")
    }
    model = try given ?? Self.model(of: checkpoint, from: path)
    guard let described = try Self.description(in: checkpoint, from: path) else { return }
    if let part = model.ownDescription?.firstDifference(from: described) {
      throw InputError(
        description: """
          \(path) belongs to another \(described.name): \(part) differs; use the model's file as \
          it was
          """)
    }
  }

  private static func read(_ path: String) throws -> SafeTensorsFile {
    do {
      return try SafeTensorsFile.read(path)
    } catch let error as InputError {
      guard ModelName.describesModel(path) else { throw error }
      throw InputError(
        description: "\(path) is a model file; name a checkpoint or a run folder")
    }
  }

  /// The model that a checkpoint describes or names.
  private static func model(
    of checkpoint: Checkpoint, from path: String
  ) throws -> any GenerativeModel {
    guard let name = checkpoint.model else {
      throw InputError(
        description: "\(path) does not say which model it belongs to; name it with --model")
    }
    if let description = try description(in: checkpoint, from: path) {
      return try description.model(in: path)
    }
    guard let model = Models.named(name) else {
      throw InputError(description: "\(path) belongs to an unknown model, '\(name)'")
    }
    return model
  }

  private static func description(
    in checkpoint: Checkpoint, from path: String
  ) throws -> ModelDescription? {
    do {
      return try checkpoint.modelDescription()
    } catch let error as CheckpointError {
      throw InputError(description: "\(path) cannot be used: \(error)")
    }
  }

  /// Writes its parameters into a set on the device, with a note if it converts them.
  ///
  /// - Throws: `InputError` if it does not fit; `OpenCLError`.
  func restore(_ parameters: ParameterSet) throws {
    noteReading(converted: try explaining { try checkpoint.restore(parameters) })
  }

  /// Returns the weights of a network in PyTorch's layouts, with a note if it converts them.
  ///
  /// - Throws: `InputError` if it does not fit.
  func weights(of network: Network) throws -> [SafeTensor] {
    let (tensors, types) = try explaining { try checkpoint.weights(of: network) }
    noteReading(converted: types)
    return tensors
  }

  private func noteReading(converted types: [String]) {
    SafeTensorsFile.noteConversion(of: types, in: path)
    if checkpoint.hasWrappedNames {
      StandardError.note(
        "\(path) has tensor names with parts of a wrapper, such as 'module', which are ignored")
    }
  }

  /// Checks that it has the parameters of networks.
  ///
  /// - Throws: `InputError` if one is missing or does not fit.
  func check(_ networks: [Network]) throws {
    try explaining { try checkpoint.check(networks) }
  }

  /// Checks, without a device, that the run of a folder can resume from it.
  ///
  /// - Returns: The position to resume at.
  /// - Throws: `InputError` if it does not fit the model, or its metadata name another run.
  func check(toResume plan: RunPlan, in folder: RunFolder) throws -> TrainingPosition {
    try check(isOf: try plan.record(), in: folder)
    return try explaining { try checkpoint.check(toResume: plan.model, steps: plan.steps) }
  }

  /// Restores a training to the point at which it was written.
  ///
  /// - Returns: The position to resume at.
  /// - Throws: `InputError` if it does not fit; `OpenCLError`.
  func restore(_ trainer: any Trainer) throws -> TrainingPosition {
    try explaining { try checkpoint.restore(trainer) }
  }

  private func check(isOf record: RunRecord, in folder: RunFolder) throws {
    let (own, others) = (try record.metadata(), checkpoint.file.metadata)
    for key in ["seed", "batch_size", "shards", "data_sha256"] {
      if let value = own[key], let other = others[key], other != value {
        throw InputError(
          description: """
            \(path) is of another run: its \(key) is \(other), and this run's is \(value); put the \
            run's own back or \(folder.startOver)
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

  /// The names of the classes that its model is conditional on, in the order of their labels; none
  /// if it is not. A file that does not name them has the digits of the labels.
  ///
  /// - Throws: `InputError` if they are damaged.
  var classes: [String] {
    get throws {
      guard model.labels > 0 else { return [] }
      guard let json = checkpoint.file.metadata[RunRecord.classesKey] else {
        return (0..<model.labels).map(String.init)
      }
      guard let names = try? JSONDecoder().decode([String].self, from: Data(json.utf8)),
        names.count == model.labels
      else {
        throw InputError(
          description: "\(path) does not name the \(model.labels) classes of its model")
      }
      return names
    }
  }

  /// Returns the labels of images of a data set, as the model takes them; nil if it takes none.
  ///
  /// - Throws: `ModelError` or `InputError` if the data has other classes than the model.
  func labels(of images: ImageSet, in data: Dataset) throws -> [UInt8]? {
    let names = try classes
    guard !names.isEmpty else { return nil }
    try model.checkClasses(of: data)
    let others = data.classes.map(\.name)
    guard others == names else {
      throw InputError(
        description: """
          \(path) was trained on the classes \(names.firstFew), and \(data.name) has \
          \(others.firstFew)
          """)
    }
    return data.classPlaces(of: images)
  }

  /// The distribution of images that its training assumed, if that is not the model's own; nil if
  /// the file does not say.
  var likelihood: Likelihood? {
    checkpoint.file.metadata["likelihood"].flatMap(Likelihood.init)
  }

  /// The epochs done; nil if the file does not say, as with plain weights.
  var statedEpoch: Int? { checkpoint.epoch }

  /// The epochs done; 0 if the file does not say.
  var epoch: Int { statedEpoch ?? 0 }

  /// The warnings that the run has printed.
  var warnings: [TrainingWarning] {
    (checkpoint.file.metadata[Self.warningsKey] ?? "").split(separator: " ")
      .compactMap { TrainingWarning(rawValue: String($0)) }
  }

  /// The key of the warnings in the metadata.
  static let warningsKey = "warnings"

  /// The checkpoint that a folder's run resumes from; nil if the run was cut before its first.
  ///
  /// - Throws: `InputError` if it is gone, damaged or of another model; `FileError`.
  static func last(
    in folder: RunFolder, of model: any GenerativeModel
  ) throws -> CheckpointFile? {
    guard let path = try folder.checkpointToResume() else { return nil }
    do {
      return try CheckpointFile(path: path, model: model)
    } catch let error as InputError {
      let others = folder.epochsWithCheckpoint.map(folder.checkpoint).filter { $0 != path }
      let advice = others.last.map { "copy \($0) to that name to resume from there, or " } ?? ""
      throw InputError(description: "\(error); \(advice)\(folder.startOver)")
    }
  }

  /// The newest readable checkpoint of a run's folder, in words.
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
  /// - Throws: `FileError`; `InputError` if it is not a safetensors file.
  static func read(_ path: String) throws -> SafeTensorsFile {
    try parse(try readFile(path: path, maximumBytes: maximumBytes), from: path)
  }

  /// Parses the bytes of the file at `path`.
  ///
  /// - Throws: `InputError` if they are not a safetensors file.
  static func parse(_ bytes: [UInt8], from path: String) throws -> SafeTensorsFile {
    do {
      return try SafeTensorsFile(parsing: bytes)
    } catch let error as SafeTensorsError {
      throw InputError(description: "\(path) is not a usable safetensors file: \(error)")
    }
  }

  /// Prints a note if the file at `path` has numbers of other types than F32, which are converted.
  static func noteConversion(of types: [String], in path: String) {
    guard !types.isEmpty else { return }
    let names = types.joined(separator: " and ")
    StandardError.note("\(path) holds numbers in \(names), which are converted to F32")
  }
}
