import Foundation
import GenerativeModels

/// The error of a run whose numbers have become infinite or NaN.
struct Diverged: Error, CustomStringConvertible {
  let description: String

  /// Describes a divergence.
  ///
  /// - Parameters:
  ///   - cause: What a repetition of the steps found, or the error that ended it; nil if every
  ///     number stayed finite.
  ///   - last: The last checkpoint, in words.
  init(_ divergence: Divergence, explained cause: Result<DivergenceCause?, any Error>, last: String)
  {
    let what =
      switch cause {
      case .success(let cause?): "\(cause) is not finite"
      case .success(nil):
        "\(divergence.term) was not finite, though all else was when the step was repeated"
      case .failure(let other as Divergence):
        """
        \(divergence.term) is not finite; repeated, the training diverged at step \(other.step) \
        already
        """
      case .failure(let error):
        "\(divergence.term) is not finite; the cause was not found: \(error)"
      }
    let part = divergence.isInValidation ? "validation step" : "step"
    description = """
      the training diverged at \(part) \(divergence.step): \(what); \(last); start over with a \
      smaller --learning-rate or another --seed
      """
  }
}

/// A number that a test turns into NaN. `GPUTRAIN_TEST_NAN=discriminator.out.3.weight@30` does so
/// before step 30.
///
/// NOTE: It only exists to test that a divergence is found and explained.
struct PlantedFault {
  private let parameter: String
  /// The first step that reads it, from 1.
  let step: Int

  static var requested: PlantedFault? {
    let fields = ProcessInfo.processInfo.environment["GPUTRAIN_TEST_NAN"]?.split(separator: "@")
    guard let fields, fields.count == 2, let step = Int(fields[1]) else { return nil }
    return PlantedFault(parameter: String(fields[0]), step: step)
  }

  /// Plants it if `step`, the next one, is its step.
  func plant(before step: Int, in trainer: any Trainer) throws {
    guard step == self.step else { return }
    for target in trainer.parameterSets.flatMap(\.parameters) where target.name == parameter {
      try target.value.write([.nan] + (try target.value.floats().dropFirst()))
    }
  }
}
