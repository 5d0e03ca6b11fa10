import Foundation
import GPUTensor

/// What `tune` says: the fields of `--json`, there in snake case.
struct TuningReport: Encodable {
  let model: String
  let device: String
  let kernels: String
  let precision: String
  let batch: Int
  /// Ways tried of each operation at most, beside the usual one.
  let rounds: Int
  /// Operations for which another way than the usual one is kept.
  let tuned: Int
  /// The kernels of a step of each kind (full batch, last batch, validation), in the usual ways and in those kept.
  let usualMs: Double
  let ms: Double
  let operations: [Tuner.Finding]
  /// Where it is kept.
  let path: String

  /// - Throws: `EncodingError`.
  init(_ result: Tuner.Result, of file: TuningFile, batch: Int) throws {
    model = file.model
    device = file.device
    kernels = file.kernels
    precision = file.precision
    self.batch = batch
    rounds = result.rounds
    tuned = result.tuning.count
    usualMs = result.usualMs
    ms = result.ms
    operations = result.findings
    path = try file.path()
  }

  /// The same for people: at most 100 columns wide.
  var table: String {
    let head = """
      \(heading("\(model), batch \(batch), \(kernels) kernels in \(precision)", on: device))
      up to \(rounds) other ways of each operation tried; \(tuned) of \(operations.count) operations are tuned
      """
    let titles = "operation".padding(to: 44) + "way".padding(to: 34) + " usual ms      ms"
    let lines = operations.map {
      $0.operation.padding(to: 43) + " " + $0.way.padding(to: 33)
        + String(format: " %9.3f%8.3f", $0.usualMs, $0.ms)
    }
    let end = String(
      format: "kernels of a step of each kind: %.3f ms in the usual ways, %.3f ms as tuned",
      usualMs, ms)
    return ([head, "", titles] + lines + ["", end, path]).joined(separator: "\n")
  }
}
