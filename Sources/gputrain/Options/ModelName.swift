import ArgumentParser
import Files
import GenerativeModels
import ModelFiles

/// A model as an argument: the name of a built-in one, or a file that describes one.
struct ModelName: ExpressibleByArgument {
  /// The model file, as the user named it; nil for a built-in model.
  let file: String?
  private let model: Result<any GenerativeModel, any Error>

  init?(argument: String) {
    if let builtIn = Models.named(argument) {
      (file, model) = (nil, .success(builtIn))
    } else if Self.isFile(argument) {
      (file, model) = (argument, Result { try ModelFile(contentsOf: argument).model() })
    } else {
      return nil
    }
  }

  /// The model.
  ///
  /// - Throws: `FileError` or `ModelFileError` if its file cannot be used.
  var value: any GenerativeModel { get throws { try model.get() } }

  /// Whether an argument is a file, or can only be meant as one.
  private static func isFile(_ argument: String) -> Bool {
    argument.contains("/") || argument.hasSuffix(".json") || hasEnding(argument)
      || isRegularFile(argument)
  }

  /// Whether a path ends as those of YAML do.
  private static func hasEnding(_ path: String) -> Bool {
    endings.contains { path.hasSuffix($0) }
  }

  private static let endings = [".yaml", ".yml"]

  /// Whether a file describes a model, or is meant to.
  static func describesModel(_ path: String) -> Bool {
    hasEnding(path) || (try? ModelFile(contentsOf: path)) != nil
  }

  /// Says that an argument stands for no model, and which it was probably meant for.
  static func fault(of argument: String) -> String {
    let files = endings.map { argument + $0 }.filter(isRegularFile)
    let meant = files.isEmpty ? Suggestion.names(for: argument, among: allValueStrings) : files
    let advice =
      meant.isEmpty
      ? "; the built-in ones are \(allValueStrings.joined(separator: ", "))"
      : ". Did you mean \(meant.map { "'\($0)'" }.joined(separator: " or "))?"
    return "'\(argument)' is neither a built-in model nor a file" + advice
  }

  static var allValueStrings: [String] { Models.all.map { $0.name } }

  static var defaultCompletionKind: CompletionKind { .model }

  /// What help says about an argument of this type.
  static var help: String {
    "The model: \(allValueStrings.joined(separator: ", ")), or a file that describes one."
  }
}

/// The model of a run as an argument: as `ModelName`, or the name of a model that the folder of a
/// run describes.
struct RunModelName: ExpressibleByArgument {
  let argument: String
  /// The model, if it is built in or a file; nil for any other name.
  let known: ModelName?

  init?(argument: String) {
    guard !argument.isEmpty else { return nil }
    (self.argument, known) = (argument, ModelName(argument: argument))
  }

  static var allValueStrings: [String] { ModelName.allValueStrings }

  static var defaultCompletionKind: CompletionKind { .model }

  /// Returns the model, that of the run in `folder` if only that knows it.
  ///
  /// - Throws: What `ModelName.value` and `RunFolder.readModel` throw.
  func value(resuming folder: RunFolder) throws -> any GenerativeModel {
    try known?.value ?? folder.readModel(named: argument)
  }

  /// Says that the name is not known.
  var fault: String { ModelName.fault(of: argument) }
}

extension ModelDescription {
  /// Creates the model. Messages name the file with the description.
  ///
  /// - Throws: `InputError`.
  func model(in file: String) throws -> any GenerativeModel {
    do {
      return try model()
    } catch let error as ModelError {
      throw InputError(description: "\(file): \(error)")
    }
  }
}
