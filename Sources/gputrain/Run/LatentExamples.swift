import Evaluation
import Files
import GenerativeModels
import Reports
import SafeTensors

/// Images whose latents are looked at, and their classes.
struct LatentExamples {
  /// (n, pixels), packed, in the model's range.
  let images: [Float]
  /// The labels that the model takes, (n); nil for a model without labels.
  let labels: [UInt8]?
  /// The place of each image's class in `names`, (n); nil if the data has no labels.
  let classes: [UInt8]?
  /// The names of the data's classes.
  let names: [String]
  /// The files of the data.
  let files: [String]

  /// The numbers of the images' latents, and of their places in a plane if there is one.
  func tensors(_ encoding: Encoding, in plane: LatentPlane?, latent: Int) -> [SafeTensor] {
    var tensors = [
      SafeTensor(name: "mean", examples: encoding.means, of: latent),
      SafeTensor(name: "log_variance", examples: encoding.logVariances, of: latent),
    ]
    if let plane {
      let coordinates = plane.coordinates(of: encoding.means).map(Float.init)
      tensors.append(SafeTensor(name: "map", examples: coordinates, of: 2))
    }
    if let classes {
      tensors.append(
        SafeTensor(name: "classes", elementType: .uint8, shape: [classes.count], data: classes))
    }
    return tensors
  }

  /// Writes the map as an SVG file, and prints its path. It has a point for each image, up to some
  /// thousand.
  func writeMap(
    _ encoding: Encoding, in plane: LatentPlane, of model: any GenerativeModel, to path: String
  ) throws {
    let coordinates = plane.coordinates(of: encoding.means)
    let count = min(coordinates.count / 2, Self.mostPoints)
    let chart = ScatterChart(
      title: "\(model.name): latents of \(count) validation images",
      xLabel: plane.names[0], yLabel: plane.names[1], names: classes == nil ? [] : names,
      points: (0..<count).map { index in
        ScatterChart.Point(
          x: coordinates[2 * index], y: coordinates[2 * index + 1],
          series: classes.map { Int($0[index]) } ?? 0)
      })
    try AtomicFile.write(chart.svg, to: path)
    try StandardOutput.print(path)
  }

  /// More points would hide each other.
  private static let mostPoints = 5000
}
