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
  /// Whether there was time for all operations.
  let isWhole: Bool

  private enum CodingKeys: CodingKey { case model, device, kernels, precision, results, passes }

  /// How much is compared.
  enum Form {
    /// Thousands of each operation's outputs, and its time is measured.
    case full
    /// Some of them, as long as there is time, of what the context has built already.
    case short
  }

  /// What the short form may take; the last operation that it begins is ended.
  static let shortSeconds = 1.5

  private static let seed: UInt64 = 1

  /// Tests the kernels that `context` gives the model's training with batches of `batch` images.
  ///
  /// - Throws: `OpenCLError`; `KernelBuildError`; `ShapeError`.
  init(
    _ model: any GenerativeModel.Type, batch: Int, on context: Context, _ form: Form = .full
  ) throws {
    let state = StepState(context)
    try state.set(step: 1, epoch: 0, batch: 0)
    let numbers = SelfTestNumbers(seed: Self.seed)
    let begin = ContinuousClock.now
    var results: [SelfTestCase.Result] = []
    var isWhole = true
    // Each stage's tensors are gone before the next one's are made.
    func run(_ cases: () throws -> [SelfTestCase]) throws {
      guard form == .full || (.now - begin).seconds < Self.shortSeconds else {
        isWhole = false
        return
      }
      let cases = try cases().filter { form == .full || $0.list.isBuilt }
      try CommandList.compile(cases.map(\.list))
      results += try cases.map { try $0.run(form, seed: Self.seed) }
    }
    var step = StepCases(
      context: context, model: model, batch: batch, state: state, numbers: numbers)
    try run { try step.make() }
    for network in model.trainedNetworks(batch: batch) {
      var layers = LayerCases(
        context: context, network: network, state: state, numbers: numbers)
      for stage in network.network.stages.indices { try run { try layers.make(stage) } }
    }
    self.model = model.name
    device = context.device.name
    kernels = context.family.rawValue
    precision = context.precision.rawValue
    self.results = results
    self.isWhole = isWhole
    passes = results.allSatisfy(\.passes)
  }

  /// Throws where something is wrong.
  ///
  /// - Parameter advice: what the error's line ends with.
  /// - Throws: `SelfTestFailure`, which names the worst.
  func check(_ advice: String = "") throws {
    let failed = results.filter { !$0.passes }
    guard let worst = failed.max(by: { $0.rank < $1.rank }) else { return }
    let error = worst.error < 0 ? "not finite" : String(format: "%.1e", worst.error)
    throw SelfTestFailure(
      description: """
        the self-test failed: \(worst.label) (\(worst.kernels.joined(separator: ", "))) is wrong on \(device): \
        relative error \(error), at most \(String(format: "%.1e", worst.tolerance)) is right; \(failed.count) of \
        \(results.count) operations fail\(advice)
        """)
  }

  /// The results for people.
  var table: String {
    let head = heading(
      model, on: device, ", \(kernels) kernels in \(precision), against float64")
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

/// A network as it is trained (`GANTrainer`, `VAETrainer`).
struct TrainedNetwork {
  let network: Network
  /// Examples that go forward at once, and whose gradients come back.
  let rows, gradientRows: Int
  /// Of how many examples the gradient in the network's input is needed, and the function whose output that is; nil
  /// where nobody needs it.
  var inputGradient: (rows: Int, through: Activation)?
  /// Whether the last activation is a part of the loss.
  var endsInLogits = false
}

extension GenerativeModel {
  fileprivate static func trainedNetworks(batch: Int) -> [TrainedNetwork] {
    switch kind {
    case .variational(let model):
      [
        TrainedNetwork(network: model.encoder, rows: batch, gradientRows: batch),
        TrainedNetwork(
          network: model.decoder, rows: batch, gradientRows: batch,
          inputGradient: (batch, .identity), endsInLogits: true),
      ]
    case .adversarial(let model):
      [
        TrainedNetwork(network: model.generator, rows: 2 * batch, gradientRows: batch),
        TrainedNetwork(
          network: model.discriminator, rows: 2 * batch, gradientRows: 2 * batch,
          inputGradient: (batch, model.generator.stages.last?.activation ?? .identity)),
      ]
    }
  }
}
