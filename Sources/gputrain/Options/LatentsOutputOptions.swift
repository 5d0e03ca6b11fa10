import ArgumentParser
import Files
import Foundation
import GenerativeModels
import SafeTensors

/// The files that `latents` writes.
struct LatentsOutputOptions: ParsableArguments {
  @Option(help: "The sheet of traversals: FILE.png.", completion: .file(extensions: ["png"]))
  var traversals: String?

  @Option(help: "The sheet of the manifold: FILE.png.", completion: .file(extensions: ["png"]))
  var manifold: String?

  @Option(help: "The map of images: FILE.svg.", completion: .file(extensions: ["svg"]))
  var map: String?

  @Option(
    help: "A file for the numbers, as described above: FILE.safetensors.",
    completion: .safetensors)
  var tensors: String?

  /// The pictures, by their options.
  enum Picture: String, CaseIterable {
    case traversals, manifold, map

    /// The ending of its files.
    var ending: String { self == .map ? ".svg" : ".png" }

    /// The file that it goes to if the user names none.
    var standardPath: String { rawValue + ending }

    /// Says what the picture needs that a model does not have; nil for nothing.
    fileprivate func lack(of model: any GenerativeModel) -> String? {
      guard self != .traversals else { return nil }
      if model.latent < 2 { return "two latents, and \(model.name) has one" }
      guard model.imageEncoder == nil else { return nil }
      if self == .map { return "an encoder, and \(model.name) has none" }
      return model.latent == 2 ? nil : "an encoder or two latents, and \(model.name) has neither"
    }
  }

  /// The standard paths of all pictures.
  static var pictures: String { Picture.allCases.map(\.standardPath).joined(separator: ", ") }

  private func path(of picture: Picture) -> String? {
    switch picture {
    case .traversals: traversals
    case .manifold: manifold
    case .map: map
    }
  }

  private var given: [String] { (Picture.allCases.map(path) + [tensors]).compactMap(\.self) }

  func validate() throws {
    for picture in Picture.allCases {
      try OptionCheck.file(path(of: picture), "--\(picture.rawValue)", ending: picture.ending)
    }
    try OptionCheck.file(tensors, "--tensors", ending: ".safetensors")
    let places = given.map { URL(fileURLWithPath: $0).standardizedFileURL.path }
    guard Set(places).count == places.count else {
      throw ValidationError("two options name the same file")
    }
  }

  /// Returns the paths of the pictures that are wanted: those with an option or, without any
  /// option, all that the model has.
  ///
  /// - Throws: `UsageError` if the model does not have one of them.
  func paths(for model: any GenerativeModel) throws -> [Picture: String] {
    var paths: [Picture: String] = [:]
    for picture in Picture.allCases {
      let (path, lack) = (path(of: picture), picture.lack(of: model))
      if path != nil, let lack {
        throw UsageError(description: "--\(picture.rawValue) needs \(lack); leave it out")
      }
      paths[picture] = given.isEmpty && lack == nil ? picture.standardPath : path
    }
    return paths
  }

  /// Checks that the files can be written without replacing an input.
  ///
  /// - Throws: `UsageError`; `FileError`.
  func check(_ paths: [Picture: String], besides inputs: [String]) throws {
    try OutputOptions.check(Array(paths.values) + [tensors].compactMap(\.self), besides: inputs)
  }

  /// Writes the numbers if they are wanted, and prints the file's path.
  ///
  /// - Throws: `FileError`.
  func write(_ values: [SafeTensor]) throws {
    guard let tensors else { return }
    try AtomicFile.write(try SafeTensorsFile(tensors: values).encoded(), to: tensors)
    try StandardOutput.print(tensors)
  }
}
