import ArgumentParser
import Files
import Foundation
import Images
import Reports
import SafeTensors

/// Where a command's images go: as a sheet, as tensors or both.
struct OutputOptions: ParsableArguments {
  @Option(
    help: """
      The sheet of images, a PNG: FILE.png. (default: as said above, or none where --tensors is \
      given)
      """,
    completion: .file(extensions: ["png"]))
  var out: String?

  @Option(
    help: "A file for the numbers, as said above: FILE.safetensors.", completion: .safetensors)
  var tensors: String?

  func validate() throws {
    try OptionCheck.file(out, "--out", ending: ".png")
    try OptionCheck.file(tensors, "--tensors", ending: ".safetensors")
    func place(_ path: String?) -> String? {
      path.map { URL(fileURLWithPath: $0).standardizedFileURL.path }
    }
    guard out == nil || place(out) != place(tensors) else {
      throw ValidationError("--out and --tensors name the same file")
    }
  }

  /// The sheet's path; nil where none is wanted.
  ///
  /// - Parameter name: The command's own name for it.
  private func sheet(orElse name: String) -> String? { out ?? (tensors == nil ? name : nil) }

  /// Checks that what is wanted can be written, and over no file that is only read.
  ///
  /// - Parameter name: The sheet's, where the user does not say.
  /// - Throws: `UsageError`; `FileError`.
  func check(besides inputs: [String], sheet name: String) throws {
    try Self.check([sheet(orElse: name), tensors].compactMap(\.self), besides: inputs)
  }

  /// Checks that files can be written, and over none that is only read.
  ///
  /// - Throws: `UsageError`; `FileError`.
  static func check(_ outputs: [String], besides inputs: [String]) throws {
    for input in inputs {
      for output in outputs where isSameFile(input, output) {
        throw UsageError(
          description: "\(output) would replace \(input), which is only read; name another file")
      }
    }
    for output in outputs { try AtomicFile.check(output) }
  }

  /// Writes what is wanted, and prints its path.
  ///
  /// - Parameter name: The sheet's, where the user does not say.
  /// - Throws: `FileError`, `OutputError`.
  func write(
    _ values: [SafeTensor], sheet name: String, drawing image: () throws -> GrayImage
  ) throws {
    if let tensors {
      try AtomicFile.write(try SafeTensorsFile(tensors: values).encoded(), to: tensors)
      try StandardOutput.print(tensors)
    }
    if let sheet = sheet(orElse: name) {
      try image().writePNG(to: sheet)
      try StandardOutput.print(sheet)
    }
  }
}
