import Files
import SafeTensors

/// Reading and writing safetensors files.
enum Tensors {
  /// Writes tensors into a file.
  static func write(
    _ tensors: [SafeTensor], metadata: [String: String] = [:], to path: String
  ) throws {
    try AtomicFile.write(
      try SafeTensorsFile(metadata: metadata, tensors: tensors).encoded(), to: path)
  }

  /// Reads a file.
  static func read(_ path: String) throws -> SafeTensorsFile {
    try SafeTensorsFile(parsing: try readFile(path: path, maximumBytes: 1 << 26))
  }

  /// A file `z` of `count` latents.
  static func writeLatents(_ count: Int, width: Int = 16, name: String = "z", to path: String)
    throws
  {
    let floats = (0..<count * width).map { Float($0 % 7 - 3) / 2 }
    try write([SafeTensor(name: name, shape: [count, width], floats: floats)], to: path)
  }
}
