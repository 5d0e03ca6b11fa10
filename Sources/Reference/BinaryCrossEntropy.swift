import Foundation

/// Binary cross entropy from logits, so that no sigmoid saturates.
///
/// The loss of one logit l against a target x is
/// -x log σ(l) - (1 - x) log(1 - σ(l)) = max(l, 0) - l x + log(1 + exp(-|l|)).
public enum ReferenceBinaryCrossEntropy {
  /// Returns the loss of one logit.
  public static func loss(logit: Double, target: Double) -> Double {
    max(logit, 0) - logit * target + log1p(exp(-abs(logit)))
  }

  /// Returns the loss of each row of (batch, features), summed over the features: (batch).
  public static func rowSums(logits: [Double], targets: [Double], features: Int) -> [Double] {
    precondition(logits.count == targets.count, "\(logits.count) logits, \(targets.count) targets")
    precondition(features > 0 && logits.count.isMultiple(of: features), "logits: not whole rows")
    var rows = [Double](repeating: 0, count: logits.count / features)
    for index in logits.indices {
      rows[index / features] += loss(logit: logits[index], target: targets[index])
    }
    return rows
  }

  /// Returns the gradient of the sum of all losses with respect to each logit: σ(l) - x.
  public static func gradient(logits: [Double], targets: [Double]) -> [Double] {
    precondition(logits.count == targets.count, "\(logits.count) logits, \(targets.count) targets")
    return zip(logits, targets).map { ReferenceActivation.logistic($0) - $1 }
  }

  /// Returns the mean loss of all logits against one target: PyTorch's `BCEWithLogitsLoss`.
  public static func mean(logits: [Double], target: Double) -> Double {
    precondition(!logits.isEmpty, "the mean of no logits is undefined")
    return logits.reduce(0) { $0 + loss(logit: $1, target: target) } / Double(logits.count)
  }

  /// Returns the gradient of `mean` with respect to each logit: (σ(l) - target) / count.
  public static func meanGradient(logits: [Double], target: Double) -> [Double] {
    logits.map { (ReferenceActivation.logistic($0) - target) / Double(logits.count) }
  }
}
