import Files
import GenerativeModels
import Reports

/// Writes the files of a run for people and other programs after each epoch: metrics.csv, the file
/// for TensorBoard, the chart, the pictures and the page.
final class RunDiary {
  private let plan: RunPlan
  private let folder: RunFolder
  private let record: RunRecord
  private let log: AppendLog
  private var table: CSVTable
  /// The file for TensorBoard; nil if none is wanted.
  private let events: EventFile?

  /// Continues the files after the epochs in `table`.
  ///
  /// - Throws: `FileError`.
  init(_ plan: RunPlan, in folder: RunFolder, _ record: RunRecord, after table: CSVTable) throws {
    self.plan = plan
    self.folder = folder
    self.record = record
    self.table = table
    log = try AppendLog(path: folder.metrics)
    events = plan.settings.tensorboard ? try EventFile(in: folder, epochs: table.rows.count) : nil
  }

  /// Adds an epoch to metrics.csv and TensorBoard's file, and draws the chart again.
  ///
  /// - Throws: `FileError`.
  func append(_ result: EpochResult) throws {
    let row =
      [String(result.epoch)] + result.metrics.map { CSVTable.field($0, digits: 7) }
      + [
        CSVTable.field(result.seconds, digits: 4),
        CSVTable.field(result.imagesPerSecond, digits: 6),
      ]
    try table.append(row)
    try log.append(CSVTable.line(row))
    try events?.append(Array(zip(table.header, row).dropFirst()), epoch: result.epoch)
    let title = "\(plan.model.name): losses"
    try AtomicFile.write(lossChart(of: table, title: title).svg, to: folder.lossChart)
  }

  /// Writes the pictures that were drawn after an epoch, and the animation.
  ///
  /// - Throws: `FileError`.
  func write(_ drawing: Pictures.Drawing, epoch: Int) throws {
    let sheets = [
      ("samples", drawing.samples, folder.samples(epoch: epoch)),
      ("reconstructions", drawing.reconstructions, folder.reconstructions(epoch: epoch)),
    ]
    for case (let tag, let sheet?, let path) in sheets {
      let png = try sheet.png()
      try AtomicFile.write(png, to: path)
      try events?.append(tag, png: png, of: sheet, epoch: epoch)
    }
    try folder.writeAnimation(through: epoch)
  }

  /// Writes report.html.
  ///
  /// - Throws: `FileError`.
  func writeReport() throws {
    try RunReport(record, metrics: table, in: folder).write()
  }
}
