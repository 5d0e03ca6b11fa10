import ArgumentParser
import Files
import Images
import Reports
import SafeTensors

/// Where a command's images go: as a sheet, as tensors or both.
struct OutputOptions: ParsableArguments {
  @Option(
    help: "The sheet of images, a PNG. (default: as said above, or none where --tensors is given)")
  var out: String?

  @Option(help: "A safetensors file for the numbers, as said above.")
  var tensors: String?

  func validate() throws {
    guard out == nil || out != tensors else {
      throw ValidationError("--out and --tensors name the same file.")
    }
    guard out != "", tensors != "" else {
      throw ValidationError("--out and --tensors must name files.")
    }
  }

  /// The sheet's path; nil where none is wanted.
  ///
  /// - Parameter name: The command's own name for it.
  private func sheet(orElse name: String) -> String? { out ?? (tensors == nil ? name : nil) }

  /// Refuses to write over a file that is only read.
  ///
  /// - Throws: `UsageError`.
  func refuseToReplace(_ inputs: [String], sheet name: String) throws {
    try Self.refuseToReplace(inputs, by: [sheet(orElse: name), tensors].compactMap(\.self))
  }

  /// Refuses to write over a file that is only read.
  ///
  /// - Throws: `UsageError`.
  static func refuseToReplace(_ inputs: [String], by outputs: [String]) throws {
    for input in inputs {
      for output in outputs where isSameFile(input, output) {
        throw UsageError(
          description: "\(output) would replace \(input), which is only read; name another file")
      }
    }
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
      try AtomicFile.write(try image().png(), to: sheet)
      try StandardOutput.print(sheet)
    }
  }
}
