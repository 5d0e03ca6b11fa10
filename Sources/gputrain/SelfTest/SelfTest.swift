import Foundation
import GPUTensor
import GenerativeModels

/// A device whose kernels do not compute what they should.
struct SelfTestFailure: Error, CustomStringConvertible {
  let description: String
}

extension SelfTestFailure {
  /// Of a model whose steps the self-test has no truth for.
  init(unknown model: any GenerativeModel) {
    description = "the self-test has no truth for \(model.name), whose kind is \(type(of: model))"
  }
}

/// Every kernel of a model's training step at its real shapes, against float64.
struct SelfTest: Encodable {
  let model: String
  let device: String
  let kernels: String
  let precision: String
  let results: [SelfTestCase.Result]
  let passes: Bool
  /// The parts that were tested, by their names.
  let parts: [String]
  /// Whether there was time for all parts.
  let isWhole: Bool

  private enum CodingKeys: CodingKey { case model, device, kernels, precision, results, passes }

  /// How much is compared.
  enum Form: Equatable {
    /// Thousands of each operation's outputs, and its time is measured.
    case full
    /// Some of them, of what the context has built already, each kernel once. It may take so long; the part that it
    /// then is at is ended.
    case short(seconds: Double = 1.5)
  }

  private static let seed: UInt64 = 1

  /// Tests the kernels that `context` gives the model's training with batches of `batch` images.
  ///
  /// - Parameter isDone: which parts are left out.
  /// - Throws: `OpenCLError`; `KernelBuildError`; `SelfTestFailure` for an unknown kind of model.
  init(
    _ model: any GenerativeModel, batch: Int, on context: Context, _ form: Form = .full,
    without isDone: (String) -> Bool = { _ in false }
  ) throws {
    let state = StepState(context)
    try state.set(step: 1, epoch: 0, batch: 0)
    let numbers = SelfTestNumbers(seed: Self.seed)
    let begin = ContinuousClock.now
    var tested = TestedLaunches(form)
    var results: [SelfTestCase.Result] = []
    var parts: [String] = []
    var isWhole = true
    // Each part's tensors are gone before the next one's are made.
    func run(_ part: String, _ cases: () throws -> [SelfTestCase]) throws {
      guard !isDone(part) else { return }
      if case .short(let seconds) = form, !parts.isEmpty, (.now - begin).seconds >= seconds {
        isWhole = false
        return
      }
      let cases = try cases()
      try CommandList.compile(cases.map(\.list))
      results += try cases.map { try $0.run(form, seed: Self.seed) }
      parts.append(part)
    }
    var step = StepCases(
      context: context, model: model, batch: batch, state: state, numbers: numbers)
    try run("step") { try step.make().filter { tested.insert($0.list) } }
    for (number, pass) in try model.trainedPasses(batch: batch).enumerated() {
      var layers = LayerCases(context: context, pass: pass, state: state, numbers: numbers)
      for stage in pass.network.stages.indices {
        try run("pass \(number), stage \(stage)") {
          try layers.make(stage) { tested.insert($0) }
        }
      }
    }
    self.model = model.name
    device = context.device.name
    kernels = context.family.rawValue
    precision = context.precision.rawValue
    self.results = results
    self.parts = parts
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
    let titles = "operation".padding(to: 42) + "  checked     error  allowed        ms  GFLOP/s"
    let lines = results.map { result in
      result.label.padding(to: 42) + String(format: "%9d", result.checked)
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
}

extension SelfTestCase.Result {
  /// How wrong it is.
  fileprivate var rank: Double { error < 0 ? .infinity : error / tolerance }
}

/// Which launches a self-test has made.
private struct TestedLaunches {
  private struct Key: Hashable {
    let label: String
    let variant: KernelVariant
    var sizes: [[Int]] = []
    var words: [[UInt32]] = []
  }

  private let form: SelfTest.Form
  private var keys: Set<Key> = []

  init(_ form: SelfTest.Form) { self.form = form }

  /// Whether a list has something to test: a launch that was not tested yet, and in the short form only where all of it
  /// is built. It counts as tested from now on.
  ///
  /// A launch of the same operation, with the same kernel, range and numbers, would do the very same; in the short form
  /// a kernel is tested in one range.
  mutating func insert(_ list: CommandList) -> Bool {
    guard form == .full || list.isBuilt else { return false }
    let keys = list.launches.map { launch in
      var key = Key(label: launch.label, variant: launch.variant)
      if form == .full {
        key.sizes = [launch.global, launch.local ?? []]
        key.words = launch.arguments.compactMap {
          if case .words(let words) = $0 { words } else { nil }
        }
      }
      return key
    }
    defer { self.keys.formUnion(keys) }
    return !self.keys.isSuperset(of: keys)
  }
}
