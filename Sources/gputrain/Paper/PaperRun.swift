import Datasets
import Files
import Foundation
import GPUTensor
import Images
import Models
import Reports

/// Trains the paper's models one after the other and makes its figures, table and page.
struct PaperRun {
  let models: [any GenerativeModel.Type]
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

  /// Trains what is not finished yet, then measures it, and writes the figures, the tables and paper.html.
  ///
  /// - Throws: `OutputError` where a model's folder holds another run; as `TrainingRun` and `Evaluator` otherwise.
  func run() throws {
    try createFolder(path)
    for model in models {
      try train(model)
      // It may have come behind the last steps.
      if let signal = Interruption.signal {
        throw Interrupted(
          signal: signal, description: "stopped as asked; go on with: \(Self.commandToResume)")
      }
    }
    let figures = PaperFigure.all.filter { figure in models.contains { $0.name == figure.model } }
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

  private static let commandToResume = "gputrain paper, as before"

  private static let comparisonToCome = """
    The models are still to be compared; where that was stopped or failed, the same command goes on with it.
    """

  private func writePage(_ blocks: [HTMLPage.Block]) throws {
    let page = HTMLPage(title: "GAN vs VAE: the figures, trained with gputrain", blocks: blocks)
    try AtomicFile.write(page.html, to: "\(path)/paper.html")
  }

  func folder(of model: any GenerativeModel.Type) -> RunFolder {
    let path = "\(path)/\(model.name)"
    return RunFolder(
      path: path, beginAnew: "remove \(path) to train it anew, or choose another --out")
  }

  private func train(_ model: any GenerativeModel.Type) throws {
    let folder = folder(of: model)
    try folder.claim(.resume)
    let begun = try folder.readRecord(of: model.name)
    try deviceOptions.tune(context, for: model, goingOnWith: begun)
    let options = TrainingOptions(
      for: model, seed: seed, learning: model.settings(of: preset) ?? LearningSettings())
    let schedule = Schedule(
      epochs: epochs, sampleEvery: 5, checkpointEvery: 10, alsoAt: sheetEpochs)
    let plan = RunPlan(
      model: model, options: options, schedule: schedule, data: data, limit: limit,
      dataDir: dataDir, kernelDir: deviceOptions.device.kernelDir, context: context,
      commandToResume: Self.commandToResume, preset: preset)
    let checkpoint = begun == nil ? nil : try CheckpointFile.last(in: folder, of: model)
    if let begun { try check(plan, against: begun, in: folder) }
    if let checkpoint, checkpoint.epoch >= epochs {
      StandardError.print("\(model.name): finished already, \(folder.path)")
      return
    }
    StandardError.print("\(model.name): \(epochs) epochs, \(folder.path)")
    let run = try TrainingRun(plan, in: folder)
    if let checkpoint { try run.resume(from: checkpoint) } else { try run.begin() }
  }

  /// Refuses a folder whose run is not the one that is asked for.
  private func check(
    _ plan: RunPlan, against begun: RunRecord, in folder: RunFolder
  ) throws {
    do {
      try plan.check(against: begun, in: folder)
    } catch let error as UsageError {
      throw OutputError(description: error.description)
    }
    // Its sheets would be of other epochs.
    guard begun.epochs == epochs else {
      throw OutputError(
        description: """
          \(folder.path) holds a run of \(begun.epochs) epochs; ask for as many or choose another --out
          """)
    }
  }

  /// What a model logged of its epochs, all of which it has done.
  func metrics(of model: any GenerativeModel.Type) throws -> CSVTable {
    try folder(of: model).readMetrics(ofAll: epochs)
  }

  /// Writes a figure's file.
  ///
  /// - Returns: The figure as a part of the page, with a word on the sheets that are not there.
  private func write(_ figure: PaperFigure) throws -> [HTMLPage.Block] {
    let run = RunFolder(path: "\(path)/\(figure.model)")
    let file = "\(path)/\(figure.fileName)"
    let caption = "Figure \(figure.number). \(figure.caption)"
    switch figure.kind {
    case .losses:
      let chart = lossChart(of: try run.readMetrics(ofAll: epochs), title: figure.caption)
      try AtomicFile.write(chart.svg, to: file)
      return [.chart(chart, caption: caption)]
    case .samples:
      let drawn = sheetEpochs.filter { isRegularFile(run.samples(epoch: $0)) }
      let missing = sheetEpochs.filter { !drawn.contains($0) }.map { epoch in
        let note = "\(run.samples(epoch: epoch)) is missing, and not in figure \(figure.number)"
        StandardError.print("note: \(note)")
        return HTMLPage.Block.paragraph("\(note).")
      }
      guard !drawn.isEmpty else { return missing }
      let sheets = try drawn.map { epoch in
        (caption: "epoch \(epoch)", image: try readPicture(run.samples(epoch: epoch)))
      }
      let panels = sheets.map {
        ImageSheet.Panel([$0.image], columns: 1, caption: $0.caption)
      }
      try AtomicFile.write(try ImageSheet(zoom: 1).render(panels).png(), to: file)
      let pictures = try sheets.map {
        HTMLPage.Picture(png: try $0.image.png(), caption: $0.caption)
      }
      return [.gallery(pictures, width: 15)] + missing
    }
  }

  private func readPicture(_ path: String) throws -> GrayImage {
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
