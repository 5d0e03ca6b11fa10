import Files
import GenerativeModels
import Images
import Reports

/// A sheet of a run's samples, as it was drawn after an epoch.
struct SampleSheet {
  let epoch: Int
  /// The sheet, without its zoom if it has one.
  let picture: Picture
  private let layout: ImageSheet
  /// The shape of a sample; nil if the model is not known.
  private let shape: ImageShape?

  /// Reads a sheet; nil if it cannot be read.
  init?(epoch: Int, in folder: RunFolder) {
    guard let bytes = try? readFile(path: folder.samples(epoch: epoch), maximumBytes: 1 << 26),
      let picture = try? Picture(decoding: bytes)
    else { return nil }
    let name = (try? folder.readRecord())?.settings.model
    let model = name.flatMap { Models.named($0) ?? (try? folder.readModel(named: $0)) }
    self.init(epoch: epoch, picture: picture, of: model?.imageShape)
  }

  /// Makes a sheet of samples of a shape.
  init(epoch: Int, picture: Picture, of shape: ImageShape?) {
    let unzoomed = ImageSheet().unzoomed(picture)
    self.epoch = epoch
    self.picture = unzoomed?.sheet ?? picture
    layout = unzoomed?.layout ?? ImageSheet()
    self.shape = shape
  }

  /// The line above the sheet.
  var caption: String { "samples after epoch \(epoch)" }

  /// As much of the sheet as can be recognized in an area of this size, in pixels.
  func part(width: Int, height: Int) -> Picture {
    guard let shape else { return picture }
    return layout.corner(
      of: picture, holding: shape, columns: max(1, width / Self.leastPixels),
      rows: max(1, height / Self.leastPixels))
  }

  /// The least side of a sample, with its margin, in which a digit can be recognized.
  private static let leastPixels = 15
}
