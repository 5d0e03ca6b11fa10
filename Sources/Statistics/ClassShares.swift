import Foundation

/// The distribution of images over the classes of a classifier, and its confidence.
public struct ClassShares: Equatable, Sendable {
  /// The fraction of the images in each class, by the largest logit.
  public let shares: [Double]
  /// The mean of the largest probability over the images.
  public let meanConfidence: Double

  /// The fraction of the images from which a class counts as covered: a tenth of an equal share.
  public var leastShare: Double { 0.1 / Double(shares.count) }

  /// Computes the shares from `logits` (n, classes), packed, of at least one image.
  public init(logits: [Float], classes: Int) {
    precondition(!logits.isEmpty && logits.count % classes == 0, "whole rows of logits")
    var counts = [Int](repeating: 0, count: classes)
    var confidence = 0.0
    let rows = logits.count / classes
    for row in 0..<rows {
      let values = logits[row * classes..<(row + 1) * classes].map(Double.init)
      let largest = values.max() ?? 0
      counts[values.firstIndex(of: largest) ?? 0] += 1
      confidence += 1 / values.reduce(0) { $0 + exp($1 - largest) }
    }
    shares = counts.map { Double($0) / Double(rows) }
    meanConfidence = confidence / Double(rows)
  }

  /// The fraction of the classes that have at least `leastShare` of the images.
  public var coverage: Double {
    Double(shares.count { $0 >= leastShare }) / Double(shares.count)
  }

  /// The entropy of the shares in nats: log(classes) for equal shares, 0 if one class has all
  /// images.
  public var entropy: Double { shares.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 } }
}
