import Foundation
import GPUTensor
import GenerativeModels

/// The error for a device whose kernels compute wrongly, or for an operation without a truth.
struct SelfTestFailure: Error, CustomStringConvertible {
  let description: String
}

/// Compares every operation of recorded lists with float64, at its real shape.
struct SelfTest: Encodable {
  let model: String
  let device: String
  let kernels: String
  let precision: String
  let results: [SelfTestCase.Result]
  let passes: Bool
  /// The number of operations that were tested or left out, in the order of the lists.
  let done: Int
  /// Whether there was time for all operations.
  let isWhole: Bool

  private enum CodingKeys: CodingKey { case model, device, kernels, precision, results, passes }

  /// How much is compared.
  enum Form: Equatable {
    /// Thousands of outputs of each operation. Its time is measured too.
    case full
    /// A few outputs of each kernel, once. No operation begins after this many seconds.
    case short(seconds: Double = 1.5)
  }

  private static let seed: UInt64 = 1

  /// Tests the operations of lists, each alone, on memory of its own.
  ///
  /// - Parameters:
  ///   - model: The name of the model that the lists train.
  ///   - lists: The lists, with names for those that repeat the operations of another.
  ///   - done: The number of operations to leave out, because an earlier test covered them.
  /// - Throws: `OpenCLError`; `KernelBuildError`; `SelfTestFailure` for a launch without a truth.
  init(
    _ model: String, _ lists: [(name: String, list: CommandList)], on context: Context,
    _ form: Form = .full, from done: Int = 0
  ) throws {
    try CommandList.build(lists.map(\.list))
    let begin = ContinuousClock.now
    var tested = TestedOperations(form)
    var results: [SelfTestCase.Result] = []
    var count = 0
    var isWhole = true
    for (name, list) in lists {
      try Self.check(list)
      for operation in list.operations where isWhole {
        if case .short(let seconds) = form, !results.isEmpty,
          (.now - begin).seconds >= seconds
        {
          isWhole = false
          continue
        }
        count += 1
        guard count > done else { continue }
        // These are released before the next operation's are made.
        let tensors = StandIns()
        let alone = list.isolated(operation, on: tensors)
        guard let (label, isRepeat) = tested.insert(operation, alone, of: name) else { continue }
        var truth = OperationTruth(
          tensors: tensors, device: context.device, numbers: SelfTestNumbers(seed: Self.seed))
        let test = SelfTestCase(
          label: label, list: alone, trials: try truth.trials(of: operation),
          isRepeat: isRepeat)
        results.append(try test.run(form, seed: Self.seed))
      }
    }
    self.model = model
    device = context.device.name
    kernels = context.family.rawValue
    precision = context.precision.rawValue
    self.results = results
    self.done = count
    self.isWhole = isWhole
    passes = results.allSatisfy(\.passes)
  }

  /// Checks that every launch of a list belongs to an operation.
  private static func check(_ list: CommandList) throws {
    let known = Set(list.operations.flatMap(\.launches))
    for (index, launch) in list.launches.enumerated() where !known.contains(index) {
      throw SelfTestFailure(
        description: """
          the self-test cannot check \(launch.label) (\(launch.variant.function)): record it \
          as an operation
          """)
    }
  }

  /// Checks that everything passes.
  ///
  /// - Parameter advice: The end of the error's line.
  /// - Throws: `SelfTestFailure`, which names the operation with the largest error.
  func check(_ advice: String = "") throws {
    let failed = results.filter { !$0.passes }
    guard let worst = failed.max(by: { $0.rank < $1.rank }) else { return }
    let error = worst.error < 0 ? "not finite" : String(format: "%.1e", worst.error)
    throw SelfTestFailure(
      description: """
        the self-test failed: \(worst.label) (\(worst.kernels.joined(separator: ", "))) is wrong \
        on \(device): relative error \(error), tolerance \
        \(String(format: "%.1e", worst.tolerance)); \(failed.count) of \(results.count) \
        operations fail\(advice)
        """)
  }

  /// The results as a table.
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
      ? "self-test passed: \(results.count) operations match float64"
      : "self-test failed: \(results.count { !$0.passes }) of \(results.count) operations are WRONG"
    return ([head, titles] + lines + [end]).joined(separator: "\n")
  }
}

extension SelfTestCase.Result {
  /// The error relative to what is allowed.
  fileprivate var rank: Double { error < 0 ? .infinity : error / tolerance }
}

/// The operations that a self-test has tested.
private struct TestedOperations {
  private struct Key: Hashable {
    let label: String
    let variant: KernelVariant
    var sizes: [[Int]] = []
    var words: [[UInt32]] = []
  }

  private let form: SelfTest.Form
  private var keys: Set<Key> = []
  private var labels: Set<String> = []

  init(_ form: SelfTest.Form) { self.form = form }

  /// Counts an operation, whose launches are alone on the list `alone`, as tested.
  ///
  /// A launch of the same operation with the same kernel, range and numbers does the same and is
  /// not tested again. In the short form a kernel is tested in one range only.
  ///
  /// - Returns: Its label, and whether an operation of that label was tested at another shape; nil
  ///   if all of its launches were tested.
  mutating func insert(
    _ operation: TensorOperation, _ alone: CommandList, of list: String
  ) -> (label: String, isRepeat: Bool)? {
    let keys = alone.launches.map { launch in
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
    guard !self.keys.isSuperset(of: keys) else { return nil }
    let isRepeat = !labels.insert(operation.label).inserted
    let isInList = !labels.insert("\(operation.label), \(list)").inserted
    let names = [
      operation.label, isInList ? operation.phase : "", isRepeat ? list : "",
    ]
    return (names.filter { !$0.isEmpty }.joined(separator: ", "), isRepeat)
  }
}
