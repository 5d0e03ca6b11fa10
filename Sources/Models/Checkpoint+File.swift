import Files
import SafeTensors

extension Checkpoint {
  /// Reads a checkpoint file, or weights that PyTorch has saved with the same names.
  ///
  /// - Throws: `FileError` if the file cannot be read; `CheckpointError` if it is not a safetensors
  ///   file.
  public init(contentsOf path: String) throws {
    do {
      self.init(file: try SafeTensorsFile(contentsOf: path))
    } catch let error as SafeTensorsError {
      throw CheckpointError(description: "\(path) is not a usable safetensors file: \(error)")
    }
  }

  /// Writes the checkpoint file atomically: a reader sees the old file or the new one.
  ///
  /// - Throws: `FileError`.
  public func write(to path: String) throws {
    try AtomicFile.write(try file.encoded(), to: path)
  }
}
