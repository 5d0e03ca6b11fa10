import Foundation
import Models

/// What `evaluate` says of a checkpoint: the fields of `--json`, there in snake case, with those of its measures beside
/// them.
struct EvaluationReport: Encodable {
  let checkpoint: String
  let model: String
  let samples: Int
  let seed: UInt64
  let dataset: String
  let device: String
  /// The part of the validation images that the classifier tells rightly.
  let classifierAccuracy: Double
  /// Of the validation images, where the model's images are compared with the training images.
  let floor: ImageMetrics
  let images: ImageMetrics
  /// Nil for a model without an encoder.
  let likelihood: LikelihoodMetrics?

  private enum Key: CodingKey {
    case checkpoint, model, samples, seed, dataset, device, classifierAccuracy, floor
  }

  func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(checkpoint, forKey: .checkpoint)
    try fields.encode(model, forKey: .model)
    try fields.encode(samples, forKey: .samples)
    try fields.encode(seed, forKey: .seed)
    try fields.encode(dataset, forKey: .dataset)
    try fields.encode(device, forKey: .device)
    try fields.encode(classifierAccuracy, forKey: .classifierAccuracy)
    try fields.encode(floor, forKey: .floor)
    try images.encode(to: encoder)
    try likelihood?.encode(to: encoder)
  }

  /// The same for people: at most 100 columns wide.
  var table: String {
    let head = """
      \(checkpoint): \(model), \(samples) images, seed \(seed)
      against \(dataset); the classifier tells \(percent(classifierAccuracy)) of its validation images rightly

      \(pad(""))     model     floor
      """
    let rows: [(name: String, value: (ImageMetrics) -> Double, aim: String)] = [
      ("Fréchet distance", \.frechetDistance, "less is better"),
      ("kernel distance", \.kernelDistance, "less is better"),
      ("  standard error", \.kernelDistanceStandardError, ""),
      ("precision", \.precision, "more is better"),
      ("recall", \.recall, "more is better"),
      ("class coverage", \.classCoverage, "1 where all classes are there"),
      ("class entropy", \.classEntropy, "nats"),
      ("mean confidence", \.meanConfidence, ""),
      ("nearest training distance", \.nearestTrainingDistance, "0 for a copy"),
    ]
    let lines = rows.map { row in
      line(row.name, number(row.value(images)) + number(row.value(floor)), row.aim)
    }
    return ([head] + lines + (likelihood.map(lines(of:)) ?? [])).joined(separator: "\n")
  }

  private func lines(of likelihood: LikelihoodMetrics) -> [String] {
    let none = String(repeating: " ", count: 10)
    return [
      line("ELBO", number(likelihood.elbo) + none, "nats, more is better"),
      line(
        "importance-weighted bound", number(likelihood.iwBound) + none,
        "nats, \(LikelihoodBounds.draws) draws, more is better"),
      line("reconstruction", number(likelihood.reconstruction) + none, "nats, less is better"),
      line(
        "active units", String(format: "%10d", likelihood.activeUnits) + none,
        "latents that differ from image to image"),
    ]
  }

  private func line(_ name: String, _ numbers: String, _ aim: String) -> String {
    let line = pad(name) + numbers + "  " + aim
    return String(line.reversed().drop { $0 == " " }.reversed())
  }

  private func pad(_ name: String) -> String {
    name.padding(toLength: 26, withPad: " ", startingAt: 0)
  }

  /// Four digits or more.
  private func number(_ value: Double) -> String {
    let digits = abs(value) >= 100 ? 2 : abs(value) >= 10 ? 3 : abs(value) >= 0.1 ? 4 : 6
    return String(format: "%10.\(digits)f", value)
  }

  private func percent(_ part: Double) -> String { String(format: "%.2f %%", part * 100) }
}
