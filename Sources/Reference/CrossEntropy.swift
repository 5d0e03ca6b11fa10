import Foundation

/// Cross entropy of a classifier's logits, (rows, classes), with one label per row.
public enum ReferenceCrossEntropy {
  /// Returns −log softmax(l)_label of each row: (rows).
  public static func losses(logits: [Double], labels: [UInt8], classes: Int) -> [Double] {
    zip(rows(logits, labels, classes), labels).map { row, label in
      let largest = row.max() ?? 0
      let best = row.firstIndex(of: largest)
      let others = row.enumerated().reduce(0) {
        $0 + ($1.offset == best ? 0 : exp($1.element - largest))
      }
      return log1p(others) + largest - row[Int(label)]
    }
  }

  /// Returns the gradient of the mean of the losses with respect to each logit.
  public static func meanGradient(logits: [Double], labels: [UInt8], classes: Int) -> [Double] {
    zip(rows(logits, labels, classes), labels).flatMap { row, label in
      let largest = row.max() ?? 0
      let sum = row.reduce(0) { $0 + exp($1 - largest) }
      return row.enumerated().map { index, logit in
        (exp(logit - largest) / sum - (index == Int(label) ? 1 : 0)) / Double(labels.count)
      }
    }
  }

  private static func rows(_ logits: [Double], _ labels: [UInt8], _ classes: Int) -> [[Double]] {
    precondition(logits.count == labels.count * classes, "\(logits.count) logits: not whole rows")
    precondition(labels.allSatisfy { $0 < classes }, "a label is a class")
    return labels.indices.map { Array(logits[$0 * classes..<($0 + 1) * classes]) }
  }
}
