import ArgumentParser
import Files
import Foundation
import Images
import Reports
import SafeTensors

/// The files that a command writes images to: a sheet, tensors or both.
struct OutputOptions: ParsableArguments {
  @Option(
    help: """
      The sheet of images, a PNG: FILE.png. (default: as described above, or none if --tensors is \
      given)
      """,
    completion: .file(extensions: ["png"]))
  var out: String?

  @Option(
    help: "A file for the numbers, as described above: FILE.safetensors.",
    completion: .safetensors)
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

  /// The sheet's path; nil if no sheet is wanted.
  ///
  /// - Parameter name: The command's default.
  private func sheet(orElse name: String) -> String? { out ?? (tensors == nil ? name : nil) }

  /// Checks that the files can be written without replacing an input.
  ///
  /// - Parameter name: The sheet's path if the user does not give one.
  /// - Throws: `UsageError`; `FileError`.
  func check(besides inputs: [String], sheet name: String) throws {
    try Self.check([sheet(orElse: name), tensors].compactMap(\.self), besides: inputs)
  }

  /// Checks that the sheet does not replace the animation of the run that a checkpoint is of.
  ///
  /// - Throws: `UsageError`.
  func checkAnimation(of checkpoint: String, sheet name: String) throws {
    guard let sheet = sheet(orElse: name), let run = RunFolder.holding(checkpoint),
      isSameFile(sheet, run.animation)
    else { return }
    throw UsageError(
      description: "\(sheet) would replace the run's animation; name another file with --out")
  }

  /// Checks that files can be written without replacing an input.
  ///
  /// - Throws: `UsageError`; `FileError`.
  static func check(_ outputs: [String], besides inputs: [String]) throws {
    for input in inputs {
      for output in outputs where isSameFile(input, output) {
        throw UsageError(
          description: "\(output) would replace \(input), which is an input; name another file")
      }
    }
    for output in outputs { try AtomicFile.check(output) }
  }

  /// Writes the files that are wanted, and prints their paths.
  ///
  /// - Parameters:
  ///   - values: The tensors.
  ///   - name: The sheet's path if the user does not give one.
  ///   - image: Draws the sheet.
  /// - Throws: `FileError`, `OutputError`.
  func write(
    _ values: [SafeTensor], sheet name: String, drawing image: () throws -> Picture
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
