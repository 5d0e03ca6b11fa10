import Files
import Foundation
import GenerativeModels
import Images
import Reports

/// The run's file for TensorBoard: metrics and pictures by epoch.
final class EventFile {
  private let file: AppendFile

  /// Opens the folder's file and cuts it back to `epochs` epochs, or creates one.
  ///
  /// - Throws: `FileError`.
  init(in folder: RunFolder, epochs: Int) throws {
    let seconds = Int(Date().timeIntervalSince1970)
    let path = folder.eventFiles.first ?? "\(folder.path)/events.out.tfevents.\(seconds).gputrain"
    file = try AppendFile(path: path)
    let bytes = try file.read(maximumBytes: Self.maximumBytes)
    let end = TensorBoardEvent.end(of: bytes, through: epochs)
    if end < bytes.count { try file.truncate(to: end) }
    if end == 0 { try append(.fileVersion, epoch: 0) }
  }

  private static let maximumBytes = 1 << 30

  /// Checks, before a run resumes, that the folder's file can be cut back to the first `epochs`
  /// epochs and loses none of them. Changes nothing.
  ///
  /// - Throws: `FileError`; `InputError` if a record of these epochs is damaged.
  static func check(in folder: RunFolder, epochs: Int) throws {
    guard let path = folder.eventFiles.first else { return }
    let bytes = try AppendFile(path: path).read(maximumBytes: maximumBytes)
    // An incomplete record is of a later epoch.
    guard let step = TensorBoardEvent.stepBeforeDamage(in: bytes), step < epochs else { return }
    throw InputError(
      description: """
        \(path) is damaged: of \(epochs) epochs only \(step) can be read; put it back, or move it \
        away to begin another for TensorBoard
        """)
  }

  /// Adds an epoch's metrics as the fields of metrics.csv, so that both files have the same
  /// numbers.
  ///
  /// - Throws: `FileError`.
  func append(_ fields: [(name: String, field: String)], epoch: Int) throws {
    let scalars = fields.map {
      TensorBoardEvent.Scalar(tag: $0.name, value: Float($0.field) ?? .nan)
    }
    try append(.scalars(scalars), epoch: epoch)
  }

  /// Adds a picture.
  ///
  /// - Throws: `FileError`.
  func append(_ tag: String, png: [UInt8], of image: Picture, epoch: Int) throws {
    try append(
      .image(tag: tag, png: png, width: image.width, height: image.height), epoch: epoch)
  }

  private func append(_ content: TensorBoardEvent.Content, epoch: Int) throws {
    let event = TensorBoardEvent(
      time: Date().timeIntervalSince1970, step: epoch, content: content)
    try file.append(event.record)
  }
}
