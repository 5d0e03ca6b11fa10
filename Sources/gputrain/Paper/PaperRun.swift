import Datasets
import Files
import Foundation
import GPUTensor
import GenerativeModels
import Images
import KnownDatasets
import Reports

/// Trains the paper's models one after the other and makes its figures, table and page.
struct PaperRun {
  let models: [any GenerativeModel]
  let epochs: Int
  /// The settings of those models that have some of this name; of the others the paper's.
  let preset: Preset
  let seed: UInt64
  let data: Dataset
  /// As `RunPlan` has them.
  let limit: Int?
  let dataDir: String?
  let deviceOptions: TrainingDeviceOptions
  let path: String
  let context: Context

  /// The images that are drawn of each model for the comparison; nil for the default.
  let samples: Int?

  /// The command line that begins it, and resumes it where it was stopped.
  let command: String

  /// Where the paper's sheets stand, or the first, middle and last epoch of a shorter run.
  var sheetEpochs: [Int] {
    epochs >= 100 ? [5, 50, 100] : Array(Set([1, (epochs + 1) / 2, epochs])).sorted()
  }

  /// Refuses a folder that holds other things and no model's run. Writes nothing.
  ///
  /// - Throws: `OutputError`.
  static func check(_ path: String) throws {
    let models = Models.all.map { $0.name }
    let names = try namesInOutput(path)
    let holdsRun = models.contains { isRegularFile(RunFolder(path: "\(path)/\($0)").record) }
    guard holdsRun || names.allSatisfy(models.contains) else {
      throw OutputError(
        description: "--out \(path) is not empty and holds no run of paper; choose another")
    }
  }

  /// Looks at all that it needs, trains what is not finished yet, then measures it, and writes the
  /// figures, the tables and paper.html.
  ///
  /// - Throws: as `findRuns`, before anything is trained; as `TrainingRun` and `Evaluator`
  ///   otherwise.
  func run() throws {
    let runs = try findRuns()
    try createFolder(path)
    for run in runs {
      try train(run)
      // It may have come behind the last steps.
      if let signal = Interruption.signal {
        throw Interrupted(
          signal: signal, description: "stopped as asked; resume with: \(command)")
      }
    }
    let summary = try PaperSummary(
      models.map { ($0.name, try metrics(of: $0)) },
      isWholeMNIST: data.name == KnownDataset.mnist.name && limit == nil)
    var blocks: [HTMLPage.Block] = [.paragraph(introduction)]
    for figure in figures {
      blocks.append(.heading("Figure \(figure.number): \(figure.caption)"))
      blocks.append(.paragraph(figure.remark))
      blocks += try write(figure)
    }
    try AtomicFile.write(summary.table.text, to: "\(path)/summary.csv")
    blocks += [.heading("Last losses"), .paragraph(summary.explanation), summary.block]
    blocks.append(.heading("The paper's conclusions in numbers"))
    // The comparison takes long, and must not take the page with it.
    try writePage(blocks + [.paragraph(Self.comparisonToCome)])
    try writePage(blocks + comparisonBlocks())
    try StandardOutput.print("\(path)/paper.html")
  }

  private static let comparisonToCome = """
    The models are still to be compared; where that was stopped or failed, the same command goes on with it.
    """

  private func writePage(_ blocks: [HTMLPage.Block]) throws {
    let page = HTMLPage(title: "GAN vs VAE: the figures, trained with gputrain", blocks: blocks)
    try AtomicFile.write(page.html, to: "\(path)/paper.html")
  }

  func folder(of model: any GenerativeModel) -> RunFolder {
    let path = "\(path)/\(model.name)"
    return RunFolder(
      path: path, beginAnew: "remove \(path) to train it anew, or choose another --out")
  }

  /// The figures of the models.
  var figures: [PaperFigure] {
    PaperFigure.all.filter { figure in models.contains { $0.name == figure.model } }
  }

  /// What a model's run is to be; takes up what is tuned for it.
  ///
  /// - Throws: `KernelSourceError`.
  func plan(of model: any GenerativeModel, goingOnWith begun: RunRecord?) throws -> RunPlan {
    try deviceOptions.tune(context, for: model, goingOnWith: begun)
    let options = TrainingOptions(
      for: model, seed: seed, learning: model.settings(of: preset) ?? LearningSettings())
    let schedule = Schedule(
      epochs: epochs, sampleEvery: 5, checkpointEvery: 10, alsoAt: sheetEpochs)
    return RunPlan(
      model: model, options: options, schedule: schedule, data: data, limit: limit,
      dataDir: dataDir, kernelDir: deviceOptions.device.kernelDir, context: context,
      commandToResume: command, preset: preset)
  }

  private func train(_ run: FoundRun) throws {
    let (name, folder) = (run.plan.model.name, run.folder)
    guard !run.isFinished else {
      StandardError.print("\(name): finished already, \(folder.path)")
      return
    }
    StandardError.print("\(name): \(epochs) epochs, \(folder.path)")
    (context.tuning, context.usualWays) = (run.tuning, run.usualWays)
    if let begun = run.begun { try run.plan.noteDifferences(from: begun) }
    let checkpoint = try run.checkpoint()
    let training = try TrainingRun(run.plan, in: folder)
    if let checkpoint { try training.resume(from: checkpoint) } else { try training.begin() }
  }

  /// What a model logged of its epochs, all of which it has done.
  func metrics(of model: any GenerativeModel) throws -> CSVTable {
    try folder(of: model).readMetrics(of: model, ofAll: epochs)
  }

  /// Writes a figure's file.
  ///
  /// - Returns: The figure as a part of the page, with a word on the sheets that are not there.
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

  func readPicture(_ path: String) throws -> GrayImage {
    let png = try readFile(path: path, maximumBytes: 1 << 20)
    do {
      return try GrayImage(png: png)
    } catch {
      throw InputError(description: "\(path) is damaged: \(error)")
    }
  }

  /// A sentence on the models whose settings are not the paper's.
  private var settings: String {
    guard preset != .paper else { return "" }
    let others = models.filter { $0.settings(of: preset) != nil }.map { $0.name }
    return others.joined(separator: ", ")
      + " learned by the preset \(preset.rawValue), not by the paper's settings. "
  }

  private var introduction: String {
    """
    The models of "GAN vs VAE: A Comparison of Deep Generative Models", trained for \(epochs) epochs \
    with seed \(seed) on \(data.name), \(data.train.count) images, on \(context.device.name). \(settings)The \
    figures follow the paper's order; each model's own run folder lies beside this page.
    """
  }
}
