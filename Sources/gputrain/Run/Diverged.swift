import Foundation
import GenerativeModels

/// A run that stopped since its numbers are not finite any more.
struct Diverged: Error, CustomStringConvertible {
  let description: String

  /// What is told of it.
  ///
  /// - Parameters:
  ///   - cause: what a repetition of the steps has found: nil where every number stayed finite; why it came to no end
  ///     where it failed.
  ///   - last: the last checkpoint, in words.
  init(_ divergence: Divergence, explained cause: Result<DivergenceCause?, any Error>, last: String)
  {
    let what =
      switch cause {
      case .success(let cause?): "\(cause) is not finite"
      case .success(nil):
        "\(divergence.term) was not finite, though all else was when the step was repeated"
      case .failure(let other as Divergence):
        "\(divergence.term) is not finite; repeated, the training diverged at step \(other.step) already"
      case .failure(let error):
        "\(divergence.term) is not finite; the cause was not found: \(error)"
      }
    let part = divergence.isInValidation ? "validation step" : "step"
    description = """
      the training diverged at \(part) \(divergence.step): \(what); \(last); begin anew with a smaller \
      --learning-rate or another --seed
      """
  }
}

/// A number that a test makes NaN: `GPUTRAIN_TEST_NAN=discriminator.out.3.weight@30`, before step 30.
///
/// NOTE: it is there to show that a divergence is found and explained; nobody else sets it.
struct PlantedFault {
  private let parameter: String
  /// The step that sees it first, from 1.
  let step: Int

  static var requested: PlantedFault? {
    let fields = ProcessInfo.processInfo.environment["GPUTRAIN_TEST_NAN"]?.split(separator: "@")
    guard let fields, fields.count == 2, let step = Int(fields[1]) else { return nil }
    return PlantedFault(parameter: String(fields[0]), step: step)
  }

  /// Plants it where its step is the next.
  func plant(before step: Int, in trainer: any Trainer) throws {
    guard step == self.step else { return }
    for target in trainer.parameterSets.flatMap(\.parameters) where target.name == parameter {
      try target.value.write([.nan] + (try target.value.floats().dropFirst()))
    }
  }
}
