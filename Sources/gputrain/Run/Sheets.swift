import GenerativeModels
import Images
import Reports

/// Draws a near-square sheet of a model's images. If there are as many of each class, in the order
/// of `classes`, each class has a row with its name.
func sampleSheet(
  _ images: [Float], of model: any GenerativeModel, classes: [String] = []
) throws -> Picture {
  let pictures = try model.pictures(images)
  guard !classes.isEmpty, pictures.count.isMultiple(of: classes.count) else {
    return ImageSheet().render(pictures)
  }
  let panel = ImageSheet.Panel(
    pictures, columns: pictures.count / classes.count, rowNames: classes)
  return ImageSheet().render([panel])
}

extension GenerativeModel {
  /// The number of images on a sheet of samples: 25, or 10 of each class.
  var samplesOnSheet: Int { labels == 0 ? 25 : 10 * labels }
}

/// Draws images above their reconstructions, in pairs of rows under a caption. A row has ten
/// images, or more if the sheet would be higher than wide.
func reconstructionSheet(
  _ originals: [Float], _ reconstructions: [Float], of model: any GenerativeModel
) throws -> Picture {
  let originals = try model.pictures(originals)
  let square = Int(Double(2 * originals.count).squareRoot().rounded(.up))
  let panel = ImageSheet.Panel.reconstructions(
    originals: originals, reconstructions: try model.pictures(reconstructions),
    columns: min(originals.count, max(10, square)), caption: "images above reconstructions")
  return ImageSheet().render([panel])
}

/// Draws interpolated images under a caption, in rows with these names, which may be empty. If
/// `ends` has images, in pairs, each row stands between the pair that it interpolates.
func interpolationSheet(
  _ images: [Float], between ends: [Float], of model: any GenerativeModel, caption: String,
  rowNames: [String]
) throws -> Picture {
  let (pictures, ends) = (try model.pictures(images), try model.pictures(ends))
  func panel(_ end: Int, _ caption: String) -> ImageSheet.Panel {
    let chosen = ends.enumerated().filter { $0.offset % 2 == end }.map(\.element)
    return ImageSheet.Panel(chosen, columns: 1, caption: caption)
  }
  var path = ImageSheet.Panel(
    pictures, columns: pictures.count / rowNames.count, caption: caption)
  var from = panel(0, "from")
  if ends.isEmpty { path.rowNames = rowNames } else { from.rowNames = rowNames }
  return ImageSheet().render(ends.isEmpty ? [path] : [from, path, panel(1, "to")])
}

/// Returns a panel of the pictures that are judged real by their logits, and one of the others. A
/// verdict on none of them has no panel.
///
/// - Parameter kind: What the pictures are.
func verdictPanels(
  _ pictures: [Picture], logits: [Float], of kind: String
) -> [ImageSheet.Panel] {
  let judged = zip(pictures, logits)
  let verdicts = [
    ("real", judged.filter { $0.1 > 0 }), ("fake", judged.filter { !($0.1 > 0) }),
  ]
  return verdicts.filter { !$0.1.isEmpty }.map { verdict, chosen in
    ImageSheet.Panel(
      chosen.map(\.0), caption: "\(kind), judged \(verdict): \(chosen.count)")
  }
}
