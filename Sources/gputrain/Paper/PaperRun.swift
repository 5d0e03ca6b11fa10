import Datasets
import Files
import Foundation
import GPUTensor
import GenerativeModels
import Images
import KnownDatasets
import Reports

/// Trains the paper's models one after the other, and makes its figures, tables and page.
struct PaperRun {
  let models: [any GenerativeModel]
  /// The settings of all runs; each model has its own batch size and learning.
  let settings: RunSettings
  /// How the models learn; the paper's way for a model that has no settings of this name.
  let preset: Preset
  let data: Dataset
  /// The folder of the runs, the figures and the page.
  let path: String
  let context: Context
  /// The images to draw of each model for the comparison; nil for the default.
  let samples: Int?
  /// The command line that begins it, and resumes it after it was stopped.
  let command: String

  var epochs: Int { settings.epochs }

  /// The epochs of the paper's sheets; in a shorter run, the first, middle and last epoch.
  var sheetEpochs: [Int] {
    epochs >= 100 ? [5, 50, 100] : Array(Set([1, (epochs + 1) / 2, epochs])).sorted()
  }

  /// Refuses a folder that holds other things and no model's run. Writes nothing.
  ///
  /// - Throws: `OutputError`.
  static func check(_ path: String) throws {
    let models = Models.paper.map { $0.name }
    let names = try namesInOutput(path)
    let holdsRun = models.contains { isRegularFile(RunFolder(path: "\(path)/\($0)").record) }
    guard holdsRun || names.allSatisfy(models.contains) else {
      throw OutputError(
        description: "--out \(path) is not empty and holds no run of paper; choose another")
    }
  }

  /// Checks everything, trains the models that are not finished, measures all, and writes the
  /// figures, the tables and paper.html.
  ///
  /// - Throws: What `prepareRuns` throws, before anything is trained; what `TrainingRun` and
  ///   `Evaluator` throw.
  func run() throws {
    let runs = try prepareRuns()
    try createFolder(path)
    for (number, run) in runs.enumerated() {
      try train(run, number + 1)
      // The signal may have come after the last step.
      if let signal = Interruption.signal {
        throw Interrupted(
          signal: signal, description: "stopped as asked; resume with: \(command)")
      }
    }
    let summary = try PaperSummary(
      models.map { ($0.name, try metrics(of: $0)) },
      isWholeMNIST: data.name == KnownDataset.mnist.name && settings.limit == nil)
    let page = PaperPage(
      introduction: introduction, epochs: epochs, isWholeDataset: settings.limit == nil,
      summary: summary, figures: try figures.map { ($0, try write($0)) })
    try AtomicFile.write(summary.table.text, to: "\(path)/summary.csv")
    // The comparison takes long; if it fails, the page is there.
    try page.write(to: "\(path)/paper.html", comparison: [.paragraph(PaperPage.comparisonToCome)])
    try page.write(to: "\(path)/paper.html", comparison: comparisonBlocks())
    try StandardOutput.print("\(path)/paper.html")
  }

  func folder(of model: any GenerativeModel) -> RunFolder {
    let path = "\(path)/\(model.name)"
    return RunFolder(
      path: path, startOver: "remove \(path) to train it again, or choose another --out")
  }

  /// The figures of the models.
  var figures: [PaperFigure] {
    PaperFigure.all.filter { figure in models.contains { $0.name == figure.model } }
  }

  /// Plans a model's run.
  ///
  /// - Throws: `KernelSourceError`.
  func plan(of model: any GenerativeModel, resuming begun: RunRecord?) throws -> RunPlan {
    var plan = try RunPlan(
      model, settings.applied(to: model, preset: preset), data: data, on: context, resuming: begun)
    plan.alsoAt = sheetEpochs
    plan.commandToResume = command
    plan.preset = preset
    return plan
  }

  private func train(_ run: PreparedRun, _ number: Int) throws {
    let (name, path) = (run.plan.model.name, run.folder.path)
    guard !run.isFinished else { return StandardError.print("\(name): finished already, \(path)") }
    RunLog.begin()
    StandardError.print(
      "\(name): model \(number) of \(models.count), \(epochs) epochs, \(path)")
    try run.train()
  }

  /// The metrics of a finished model.
  func metrics(of model: any GenerativeModel) throws -> CSVTable {
    try folder(of: model).readMetrics(of: model, ofAll: epochs)
  }

  /// Writes a figure's file.
  ///
  /// - Returns: The figure as a part of the page, with a note for each missing sheet.
  private func write(_ figure: PaperFigure) throws -> [HTMLPage.Block] {
    guard let model = models.first(where: { $0.name == figure.model }) else { return [] }
    let run = folder(of: model)
    let file = "\(path)/\(figure.fileName)"
    let caption = "Figure \(figure.number). \(figure.caption)"
    switch figure.kind {
    case .losses:
      let chart = lossChart(of: try metrics(of: model), title: figure.caption)
      try AtomicFile.write(chart.svg, to: file)
      return [.chart(chart, caption: caption)]
    case .samples:
      let drawn = sheetEpochs.filter { isRegularFile(run.samples(epoch: $0)) }
      let missing = sheetEpochs.filter { !drawn.contains($0) }.map { epoch in
        let note = "\(run.samples(epoch: epoch)) is missing, and not in figure \(figure.number)"
        StandardError.note(note)
        return HTMLPage.Block.paragraph("\(note).")
      }
      guard !drawn.isEmpty else { return missing }
      let sheets = try drawn.map { epoch in
        (caption: "epoch \(epoch)", image: try readPicture(run.samples(epoch: epoch)))
      }
      let panels = sheets.map {
        ImageSheet.Panel([$0.image], columns: 1, caption: $0.caption)
      }
      try ImageSheet(zoom: 1).render(panels).writePNG(to: file)
      let pictures = try sheets.map {
        HTMLPage.Picture(png: try $0.image.png(), caption: $0.caption)
      }
      return [.gallery(pictures, width: 15)] + missing
    }
  }

  func readPicture(_ path: String) throws -> Picture {
    let png = try readFile(path: path, maximumBytes: 1 << 20)
    do {
      return try Picture(decoding: png)
    } catch {
      throw InputError(description: "\(path) is damaged: \(error)")
    }
  }

  /// A sentence about the models that learn by other settings than the paper's.
  private var presetNote: String {
    guard preset != .paper else { return "" }
    let others = models.filter { $0.settings(of: preset) != nil }.map { $0.name }
    return others.joined(separator: ", ")
      + " learned by the preset \(preset.rawValue), not by the paper's settings. "
  }

  private var introduction: String {
    """
    The models of "GAN vs VAE: A Comparison of Deep Generative Models", trained for \(epochs) \
    epochs with seed \(settings.seed) on \(data.name), \(data.train.count) images, on \
    \(context.device.name). \(presetNote)The figures follow the paper's order; each model's run \
    folder is next to this page.
    """
  }
}
