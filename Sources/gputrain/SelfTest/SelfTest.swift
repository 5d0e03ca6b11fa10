import Foundation
import GPUTensor
import Models

/// A device whose kernels do not compute what they should.
struct SelfTestFailure: Error, CustomStringConvertible {
  let description: String
}

/// Every kernel of a model's training step at its real shapes, against float64.
struct SelfTest: Encodable {
  let model: String
  let device: String
  let kernels: String
  let precision: String
  let results: [SelfTestCase.Result]
  let passes: Bool

  private static let seed: UInt64 = 1

  /// Tests the kernels that `context` gives the model's training with batches of `batch` images.
  ///
  /// - Throws: `OpenCLError`; `KernelBuildError`; `ShapeError`.
  init(_ model: any GenerativeModel.Type, batch: Int, on context: Context) throws {
    let state = StepState(context)
    try state.set(step: 1, epoch: 0, batch: 0)
    let numbers = SelfTestNumbers(seed: Self.seed)
    var results: [SelfTestCase.Result] = []
    // Each stage's tensors are gone before the next one's are made.
    func run(_ cases: [SelfTestCase]) throws {
      try CommandList.compile(cases.map(\.list))
      results += try cases.map { try $0.run(seed: Self.seed) }
    }
    for (network, rows) in model.trainedNetworks(batch: batch) {
      var layers = LayerCases(
        context: context, network: network, rows: rows, state: state, numbers: numbers)
      for stage in network.stages.indices { try run(try layers.make(stage)) }
    }
    var step = StepCases(
      context: context, model: model, batch: batch, state: state, numbers: numbers)
    try run(try step.make())
    self.model = model.name
    device = context.device.name
    kernels = context.family.rawValue
    precision = context.precision.rawValue
    self.results = results
    passes = results.allSatisfy(\.passes)
  }

  /// Throws where something is wrong.
  ///
  /// - Throws: `SelfTestFailure`, which names the worst.
  func check() throws {
    let failed = results.filter { !$0.passes }
    guard let worst = failed.max(by: { $0.rank < $1.rank }) else { return }
    let error = worst.error < 0 ? "not finite" : String(format: "%.1e", worst.error)
    throw SelfTestFailure(
      description: """
        the self-test failed: \(worst.label) (\(worst.kernels.joined(separator: ", "))) is wrong on \(device): \
        relative error \(error), at most \(String(format: "%.1e", worst.tolerance)) is right; \(failed.count) of \
        \(results.count) operations fail
        """)
  }

  /// The results for people.
  var table: String {
    let head = "\(model) on \(device), \(kernels) kernels in \(precision), against float64"
    let titles = pad("operation") + "  checked     error  allowed        ms  GFLOP/s"
    let lines = results.map { result in
      pad(result.label) + String(format: "%9d", result.checked)
        + (result.error < 0 ? "       NaN" : String(format: "%10.1e", result.error))
        + String(format: "%9.0e%10.3f", result.tolerance, result.ms)
        + (result.gflops > 0 ? String(format: "%9.1f", result.gflops) : "        –")
        + (result.passes ? "" : "  WRONG")
    }
    let end =
      passes
      ? "all \(results.count) operations are right"
      : "\(results.count { !$0.passes }) of \(results.count) operations are WRONG"
    return ([head, titles] + lines + [end]).joined(separator: "\n")
  }

  private func pad(_ name: String) -> String {
    name.padding(toLength: max(name.count, 42), withPad: " ", startingAt: 0)
  }
}

extension SelfTestCase.Result {
  /// How wrong it is.
  fileprivate var rank: Double { error < 0 ? .infinity : error / tolerance }
}

extension GenerativeModel {
  /// The networks, each with the rows that it is trained with at once (`GANTrainer`, `VAETrainer`).
  fileprivate static func trainedNetworks(batch: Int) -> [(Network, rows: Int)] {
    switch kind {
    case .variational(let model): [(model.encoder, batch), (model.decoder, batch)]
    case .adversarial(let model): [(model.generator, 2 * batch), (model.discriminator, 2 * batch)]
    }
  }
}
