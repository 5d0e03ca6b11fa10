import GenerativeModels

extension RunFolder {
  /// Reads run.json, for a run of a model; nil if there is none.
  ///
  /// - Throws: `FileError`; `InputError` if it is not a record, or its model has the same name and
  ///   is described otherwise; `UsageError` if the run is of another model.
  func readRecord(of model: any GenerativeModel) throws -> RunRecord? {
    guard let begun = try readRecord(of: model.name) else { return nil }
    let (recorded, given) = (try description(in: begun), model.ownDescription)
    guard recorded != given else { return begun }
    let part = recorded.flatMap { given?.firstDifference(from: $0) } ?? "its description"
    throw InputError(
      description: """
        the run in \(path) was begun with another \(model.name): \(part) differs; put the model's \
        file back as it was or choose another --out
        """)
  }

  /// Reads the model of the folder's run, which has this name.
  ///
  /// - Throws: `FileError`; `InputError` if run.json is not a record or does not describe the
  ///   model; `UsageError` if the run is of another model, or there is none.
  func readModel(named name: String) throws -> any GenerativeModel {
    guard let record = try readRecord(of: name) else {
      throw UsageError(
        description: """
          '\(name)' is neither a built-in model nor a file, and \(path) holds no run of it; name \
          the model's file, or the run's folder with --out
          """)
    }
    guard let description = try description(in: record) else {
      throw InputError(
        description: "\(self.record) does not describe the model \(name); name the model's file")
    }
    return try description.model(in: self.record)
  }

  private func readRecord(of model: String) throws -> RunRecord? {
    let begun = try readRecord()
    if let begun, begun.settings.model != model {
      throw UsageError(
        description:
          "\(path) holds a run of \(begun.settings.model), not of \(model); choose another --out")
    }
    return begun
  }

  /// The description of a record's model; nil if it is built in.
  private func description(in record: RunRecord) throws -> ModelDescription? {
    do {
      return try record.provenance.modelDescription.map { try ModelDescription(parsing: $0) }
    } catch let error as ModelDescriptionError {
      throw InputError(
        description: """
          \(self.record) has a damaged description of its model: \(error); put the file back as it \
          was or \(startOver)
          """)
    }
  }
}
