extension Checkpoint {
  /// The key of the model's description in the metadata.
  package static let descriptionKey = "model_description"

  /// Returns the description of its model, which is not one of the library's own; nil if it has
  /// none.
  ///
  /// - Throws: `CheckpointError` if the description is damaged.
  public func modelDescription() throws -> ModelDescription? {
    guard let json = file.metadata[Self.descriptionKey] else { return nil }
    do {
      let description = try ModelDescription(parsing: json)
      guard description.name == model else {
        throw CheckpointError(
          description: "its description is of another model, '\(description.name)'")
      }
      return description
    } catch let error as ModelDescriptionError {
      throw CheckpointError(description: "its description of the model is damaged: \(error)")
    }
  }
}
