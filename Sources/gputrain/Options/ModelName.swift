import ArgumentParser
import Datasets
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

  /// The model, whose images have the size of those of data sets.
  ///
  /// - Throws: `FileError`, `ModelFileError` or `InputError` if its file cannot be used.
  var value: any GenerativeModel {
    get throws {
      let model = try anySize
      if let file { try model.checkImages(of: file) }
      return model
    }
  }

  /// The model, with images of any shape.
  ///
  /// - Throws: `FileError` or `ModelFileError` if its file cannot be used.
  var anySize: any GenerativeModel { get throws { try model.get() } }

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

extension GenerativeModel {
  /// Checks that the model's images have the size of those of data sets. `place` names the model.
  ///
  /// - Throws: `InputError`.
  func checkImages(of place: String) throws {
    guard imageShape == ImageSet.shape else {
      throw InputError(
        description: """
          \(place) makes images of \(imageShape.product), and those of data sets have \
          \(ImageSet.shape.product)
          """)
    }
  }
}

extension ImageSet {
  /// The shape of an image, (height, width, channels).
  static let shape = [side, side, 1]
}

extension ModelDescription {
  /// Creates the model, whose images have the size of those of data sets. Messages name the file
  /// with the description and the model.
  ///
  /// - Throws: `InputError`.
  func model(in file: String, called name: String) throws -> any GenerativeModel {
    do {
      let model = try model()
      try model.checkImages(of: name)
      return model
    } catch let error as ModelError {
      throw InputError(description: "\(file): \(error)")
    }
  }
}
