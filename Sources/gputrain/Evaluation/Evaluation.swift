import Files
import Foundation

/// The result of `evaluate` for a checkpoint: the fields of `--json` and of evaluation.json.
struct Evaluation: Equatable {
  /// The checkpoint's path.
  let checkpoint: String
  let model: String
  /// The epochs done; nil if the checkpoint does not say.
  var epoch: Int?
  /// The images that were drawn.
  let samples: Int
  let seed: UInt64
  let dataset: String
  let trainingImages: Int
  /// The hash of the data's images and labels.
  let dataSha256: String
  let device: String
  /// The classifier that images were compared by; nil if the data has no labels.
  let classifier: ClassifierCache.Identity?
  /// The model's quantities; a file may have fewer than are known here.
  let values: [Quantity: Double]
  /// The same quantities of the validation images, except for those that only a VAE has.
  let baseline: [Quantity: Double]
}

extension Evaluation: Codable {
  private enum Key: String, CodingKey {
    case checkpoint, model, epoch, samples, seed, dataset, device, baseline
    case trainingImages = "training_images"
    case dataSha256 = "data_sha256"
    case classifier = "classifier_sha256"
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    checkpoint = try fields.decode(String.self, forKey: .checkpoint)
    model = try fields.decode(String.self, forKey: .model)
    epoch = try fields.decodeIfPresent(Int.self, forKey: .epoch)
    samples = try fields.decode(Int.self, forKey: .samples)
    seed = try fields.decode(UInt64.self, forKey: .seed)
    dataset = try fields.decode(String.self, forKey: .dataset)
    trainingImages = try fields.decode(Int.self, forKey: .trainingImages)
    dataSha256 = try fields.decode(String.self, forKey: .dataSha256)
    device = try fields.decode(String.self, forKey: .device)
    classifier = try fields.contains(.classifier) ? ClassifierCache.Identity(from: decoder) : nil
    baseline = try fields.decode([Quantity: Double].self, forKey: .baseline)
    let quantities = try decoder.container(keyedBy: Quantity.self)
    values = try Quantity.allCases.reduce(into: [:]) { values, quantity in
      values[quantity] = try quantities.decodeIfPresent(Double.self, forKey: quantity)
    }
  }

  func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(checkpoint, forKey: .checkpoint)
    try fields.encode(model, forKey: .model)
    try fields.encodeIfPresent(epoch, forKey: .epoch)
    try fields.encode(samples, forKey: .samples)
    try fields.encode(seed, forKey: .seed)
    try fields.encode(dataset, forKey: .dataset)
    try fields.encode(trainingImages, forKey: .trainingImages)
    try fields.encode(dataSha256, forKey: .dataSha256)
    try fields.encode(device, forKey: .device)
    try fields.encode(baseline, forKey: .baseline)
    try classifier?.encode(to: encoder)
    var quantities = encoder.container(keyedBy: Quantity.self)
    for (quantity, value) in values { try quantities.encode(value, forKey: quantity) }
  }

  /// Reads a file; nil if it is missing or damaged.
  static func read(_ path: String) -> Evaluation? {
    (try? readFile(path: path, maximumBytes: 1 << 20)).flatMap {
      try? JSONDecoder().decode(Evaluation.self, from: Data($0))
    }
  }

  /// Writes the file.
  ///
  /// - Throws: `FileError`.
  func write(to path: String) throws { try AtomicFile.write(try jsonText() + "\n", to: path) }
}

extension Evaluation {
  /// ` after epoch N`; empty if the checkpoint does not say.
  var afterEpoch: String { epoch.map { " after epoch \($0)" } ?? "" }

  /// What was compared, in words.
  var subject: String {
    "\(samples) images of seed \(seed), against \(trainingImages) training images of \(dataset)"
  }

  /// The classifier that it was measured by, in words.
  var measure: String {
    guard let classifier else { return "no classifier, as the data has no labels of classes" }
    let percent = String(format: "%.2f %%", classifier.accuracy * 100)
    return
      "classifier of seed \(classifier.seed), accuracy \(percent) on the validation images"
  }

  /// The result as a table, at most 100 columns wide.
  var table: String {
    let head = """
      \(checkpoint): \(model)\(afterEpoch)
      \(subject)
      \(measure)

      \("".padding(to: 26))      model   baseline
      """
    let lines = Quantity.allCases.compactMap { quantity in
      values[quantity].map { line(quantity, $0) }
    }
    return ([head] + lines).joined(separator: "\n")
  }

  private func line(_ quantity: Quantity, _ value: Double) -> String {
    let line =
      quantity.name.padding(to: 26) + number(value, of: quantity)
      + (baseline[quantity].map { number($0, of: quantity) } ?? "".padding(to: 11))
      + "  " + quantity.aim
    return line.withoutTrailingSpaces
  }

  /// The number with four decimals; a count has none, and its units are below those of the others.
  private func number(_ value: Double, of quantity: Quantity) -> String {
    quantity == .activeUnits
      ? String(format: "%6.0f", value).padding(to: 11) : String(format: "%11.4f", value)
  }
}
