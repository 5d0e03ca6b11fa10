import Files
import GenerativeModels

/// The error for a file that does not describe a model.
public struct ModelFileError: Error, CustomStringConvertible, Equatable {
  /// The file, as the caller named it.
  public let path: String
  /// The line, from 1; nil if the error is about the whole file.
  public let line: Int?
  /// What is wrong, on what, and what to do.
  public let reason: String

  /// One line: the file and the line as compilers print them, and the reason.
  public var description: String { "\(path):\(line.map { "\($0):" } ?? "") \(reason)" }
}

/// A file that describes a model in YAML. docs/model-files.md lists its keys.
///
/// ```swift
/// let model = try ModelFile(contentsOf: "small-vae.yaml").model()
/// ```
public struct ModelFile: Sendable {
  /// The file, as the caller named it.
  public let path: String
  /// What the file says.
  public let description: ModelDescription
  private let root: ModelNode

  /// Reads a file of at most 1 MiB.
  ///
  /// - Throws: `FileError` if it cannot be read; `ModelFileError` if it does not describe a model.
  public init(contentsOf path: String) throws {
    try self.init(parsing: try readFile(path: path, maximumBytes: 1 << 20), path: path)
  }

  /// Reads the bytes of a file. Messages name it `path`.
  ///
  /// - Throws: `ModelFileError` if they do not describe a model.
  public init(parsing bytes: [UInt8], path: String) throws {
    self.path = path
    do {
      root = try ModelNode(yaml: bytes)
      description = try ModelDescription(root)
    } catch let error as ModelDescriptionError {
      throw ModelFileError(path: path, line: error.line, reason: error.reason)
    }
  }

  /// Creates the model, and checks that it can be trained.
  ///
  /// - Throws: `ModelFileError`, which names the layer that prevents its training.
  public func model() throws -> any GenerativeModel {
    do {
      return try description.model()
    } catch let error as ModelError {
      throw located(error)
    }
  }

  /// Adds the file and the line to an error.
  private func located(_ error: ModelError) -> ModelFileError {
    guard let network = error.network, let layer = error.layer else {
      let key = Models.named(description.name) == nil ? "image" : "name"
      return ModelFileError(path: path, line: root[key]?.line, reason: error.reason)
    }
    let list = root[network]
    guard let index = description.layer(of: error), case .list(let layers)? = list?.node.value,
      layers.indices.contains(index)
    else {
      return ModelFileError(
        path: path, line: list?.line, reason: "\(network): \(layer) \(error.reason)")
    }
    return ModelFileError(
      path: path, line: layers[index].line,
      reason: "\(network), layer \(index + 1): \(layer) \(error.reason)")
  }
}
