import Files
import Foundation

/// What `paper` keeps of a measurement beside its checkpoint: the fields of evaluation.json and `classifier_sha256`.
struct KeptEvaluation: Codable {
  let evaluation: Evaluation
  /// SHA-256 of the file of the classifier that it was measured by; nil where that was not kept.
  let classifier: String?

  private enum Key: String, CodingKey {
    case classifier = "classifier_sha256"
  }

  init(evaluation: Evaluation, classifier: String?) {
    (self.evaluation, self.classifier) = (evaluation, classifier)
  }

  init(from decoder: any Decoder) throws {
    evaluation = try Evaluation(from: decoder)
    classifier = try decoder.container(keyedBy: Key.self).decodeIfPresent(
      String.self, forKey: .classifier)
  }

  func encode(to encoder: any Encoder) throws {
    try evaluation.encode(to: encoder)
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encodeIfPresent(classifier, forKey: .classifier)
  }

  /// What a file says; nil where it is not there or not whole.
  static func read(_ path: String) -> KeptEvaluation? {
    (try? readFile(path: path, maximumBytes: 1 << 20)).flatMap {
      try? JSONDecoder().decode(KeptEvaluation.self, from: Data($0))
    }
  }

  /// Writes the file.
  ///
  /// - Throws: `FileError`.
  func write(to path: String) throws { try AtomicFile.write(try jsonText() + "\n", to: path) }
}
