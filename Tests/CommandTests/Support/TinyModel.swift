import Files
import TestFiles

/// A model of one's own that trains in a moment. Its products have the shapes of linear-vae's.
enum TinyModel {
  static let file = "tiny.yaml"

  static let text = """
    name: tiny
    kind: vae
    image: {height: 28, width: 28, channels: 1}
    latent: 16
    encoder:
      - linear: {name: fc1, to: 128}
      - relu
      - linear: {name: fc2, to: 32}
    decoder:
      - linear: {name: fc1, to: 128}
      - relu
      - linear: {name: fc2, to: 784}
      - sigmoid
    training: {batch_size: 12, learning_rate: 0.001}

    """

  /// Writes the file into a folder, with a part of it replaced.
  static func write(
    to folder: TemporaryFolder, replacing part: String = "", with other: String = ""
  ) throws {
    let text = part.isEmpty ? Self.text : Self.text.replacing(part, with: other)
    try AtomicFile.write(text, to: "\(folder.path)/\(file)")
  }
}
