import Files
import Foundation

/// What `evaluate` says of a checkpoint: the fields of `--json` and of evaluation.json.
struct Evaluation: Equatable {
  /// The checkpoint's path.
  let checkpoint: String
  let model: String
  /// Epochs done by the checkpoint; nil where it does not say.
  var epoch: Int?
  /// The images that were drawn.
  let samples: Int
  let seed: UInt64
  let dataset: String
  let device: String
  /// The part of the validation images that the classifier tells rightly.
  let classifierAccuracy: Double
  /// The model's quantities; a file may have fewer than are known here.
  let values: [Quantity: Double]
  /// The same of the validation images, where the model's images are compared with the training images.
  let floor: [Quantity: Double]
}

extension Evaluation: Codable {
  private enum Key: String, CodingKey {
    case checkpoint, model, epoch, samples, seed, dataset, device, floor
    case classifierAccuracy = "classifier_accuracy"
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    checkpoint = try fields.decode(String.self, forKey: .checkpoint)
    model = try fields.decode(String.self, forKey: .model)
    epoch = try fields.decodeIfPresent(Int.self, forKey: .epoch)
    samples = try fields.decode(Int.self, forKey: .samples)
    seed = try fields.decode(UInt64.self, forKey: .seed)
    dataset = try fields.decode(String.self, forKey: .dataset)
    device = try fields.decode(String.self, forKey: .device)
    classifierAccuracy = try fields.decode(Double.self, forKey: .classifierAccuracy)
    floor = try fields.decode([Quantity: Double].self, forKey: .floor)
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
    try fields.encode(device, forKey: .device)
    try fields.encode(classifierAccuracy, forKey: .classifierAccuracy)
    try fields.encode(floor, forKey: .floor)
    var quantities = encoder.container(keyedBy: Quantity.self)
    for (quantity, value) in values { try quantities.encode(value, forKey: quantity) }
  }

  /// What a file says; nil where it is not there or not whole.
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

extension RunFolder {
  /// Puts what is said of the run's last checkpoint beside the run and on its page.
  ///
  /// - Throws: `FileError`; `InputError` where no run is there.
  func keep(_ evaluation: Evaluation) throws {
    try evaluation.write(to: self.evaluation)
    try RunReport(of: self).write()
  }
}

extension Evaluation {
  /// ` after epoch N`; nothing where the checkpoint does not say.
  var afterEpoch: String { epoch.map { " after epoch \($0)" } ?? "" }

  /// The same for people: at most 100 columns wide.
  var table: String {
    let percent = String(format: "%.2f %%", classifierAccuracy * 100)
    let head = """
      \(checkpoint): \(model)\(afterEpoch), \(samples) images, seed \(seed)
      against \(dataset); the classifier tells \(percent) of its validation images rightly

      \("".padding(to: 26))     model     floor
      """
    let lines = Quantity.allCases.compactMap { quantity in
      values[quantity].map { line(quantity, $0) }
    }
    return ([head] + lines).joined(separator: "\n")
  }

  private func line(_ quantity: Quantity, _ value: Double) -> String {
    let line =
      quantity.name.padding(to: 26) + number(value, of: quantity)
      + (floor[quantity].map { number($0, of: quantity) } ?? String(repeating: " ", count: 10))
      + "  " + quantity.aim
    return String(line.reversed().drop { $0 == " " }.reversed())
  }

  /// Four digits or more of what is no count.
  private func number(_ value: Double, of quantity: Quantity) -> String {
    let size = abs(value)
    let digits =
      quantity == .activeUnits ? 0 : size >= 100 ? 2 : size >= 10 ? 3 : size >= 0.1 ? 4 : 6
    return String(format: "%10.\(digits)f", value)
  }
}
