/// Half the squared error of outputs y against targets t: −log N(t; y, 1) without its constant.
public enum ReferenceSquaredError {
  /// Returns ½ Σ (y − t)² of each row of (batch, features): (batch).
  public static func rowSums(outputs: [Double], targets: [Double], features: Int) -> [Double] {
    precondition(outputs.count == targets.count, "\(targets.count) targets")
    precondition(features > 0 && outputs.count.isMultiple(of: features), "outputs: not whole rows")
    var rows = [Double](repeating: 0, count: outputs.count / features)
    for index in outputs.indices {
      let error = outputs[index] - targets[index]
      rows[index / features] += error * error / 2
    }
    return rows
  }

  /// Returns the gradient of one term before the activation that made the output y.
  public static func gradient(
    output: Double, target: Double, through activation: ReferenceActivation
  ) -> Double {
    (output - target) * activation.derivative(output: output)
  }
}
