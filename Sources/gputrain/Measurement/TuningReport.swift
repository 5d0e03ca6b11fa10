import Foundation
import GPUTensor

/// The result of `tune`: the fields of `--json`, there in snake case.
struct TuningReport: Encodable {
  let model: String
  let device: String
  let kernels: String
  let precision: String
  let batch: Int
  /// The most variants that were tried of an operation, besides the default.
  let rounds: Int
  /// The number of operations for which another variant than the default is kept.
  let tuned: Int
  /// The time of the kernels of a step of each kind (full batch, last batch, validation), with the
  /// defaults and with the variants kept, in milliseconds.
  let defaultMs: Double
  let ms: Double
  let operations: [Tuner.Finding]
  /// The path of the file that keeps the variants.
  let path: String

  /// Summarizes the result of a tuner, whose variants `file` keeps.
  ///
  /// - Throws: `EncodingError`.
  init(_ result: Tuner.Result, of file: TuningFile, batch: Int) throws {
    model = file.model
    device = file.device
    kernels = file.kernels
    precision = file.precision
    self.batch = batch
    rounds = result.rounds
    tuned = result.tuning.count
    defaultMs = result.defaultMs
    ms = result.ms
    operations = result.findings
    path = try file.path()
  }

  /// The report as a table, at most 100 columns wide.
  var table: String {
    let head = """
      \(heading("\(model), batch \(batch), \(kernels) kernels in \(precision)", on: device))
      up to \(rounds) other variants of each operation tried; \(tuned) of \(operations.count) \
      operations are tuned
      """
    let titles = "operation".padding(to: 44) + "variant".padding(to: 32) + " default ms      ms"
    let lines = operations.map {
      $0.operation.padding(to: 43) + " " + $0.variant.padding(to: 33)
        + String(format: " %9.3f%8.3f", $0.defaultMs, $0.ms)
    }
    let end = String(
      format: "kernels of a step of each kind: %.3f ms with the defaults, %.3f ms as tuned",
      defaultMs, ms)
    return ([head, "", titles] + lines + ["", end, path]).joined(separator: "\n")
  }
}
