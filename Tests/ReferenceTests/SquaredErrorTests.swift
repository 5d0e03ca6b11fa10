import Testing

@testable import Reference

struct SquaredErrorTests {
  @Test func rowsAreSummedSeparately() {
    let rows = ReferenceSquaredError.rowSums(
      outputs: [1, 2, -1, 0], targets: [0, 4, -1, 3], features: 2)
    #expect(rows == [2.5, 4.5])
  }

  /// Through each activation that a decoder may end in, as a function of its input.
  @Test(arguments: [ReferenceActivation.identity, .tanh, .sigmoid])
  func gradientOfTheSum(activation: ReferenceActivation) {
    let (inputs, targets) = (normals(12, seed: 1), normals(12, seed: 2))
    let truth = finiteDifferences(at: inputs) {
      ReferenceSquaredError.rowSums(
        outputs: activation.forward($0), targets: targets, features: 4
      ).reduce(0, +)
    }
    let gradient = zip(activation.forward(inputs), targets).map {
      ReferenceSquaredError.gradient(output: $0, target: $1, through: activation)
    }
    #expect(distance(gradient, truth) < gradientTolerance)
  }
}
