import ArgumentParser
import Datasets
import GenerativeModels

/// The class whose images a command draws.
struct LabelOptions: ParsableArguments {
  @Option(
    help: """
      Draw images of this class, by its name: a digit, or the name of a folder of pictures. Only \
      for a model that is conditional on classes.
      """)
  var label: String?

  /// Returns the place of the class among those of a checkpoint's model; nil without --label.
  ///
  /// - Throws: `UsageError` if the model does not have it; `InputError` if the checkpoint is
  ///   damaged.
  func place(in file: CheckpointFile) throws -> UInt8? {
    guard let label else { return nil }
    let names = try file.classes
    guard !names.isEmpty else {
      throw UsageError(
        description: """
          --label \(label) chooses a class, and \(file.model.name) is not conditional on classes; \
          leave it out
          """)
    }
    guard let place = names.firstIndex(of: label) else {
      throw UsageError(
        description: "--label \(label) is not one of the model's classes: \(names.first(20))")
    }
    return UInt8(place)
  }
}
