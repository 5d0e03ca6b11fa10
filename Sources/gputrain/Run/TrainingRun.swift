import Datasets
import Files
import Foundation
import GPUTensor
import Models
import Reports

/// How long a run goes on, and how often it writes.
struct Schedule {
  let epochs: Int
  let sampleEvery: Int
  let checkpointEvery: Int
  /// More epochs whose samples are wanted.
  var sampleAlsoAt: [Int] = []

  /// Whether pictures are drawn after this epoch: the first, every so many and the last.
  func drawsSamples(after epoch: Int) -> Bool {
    epoch == 1 || epoch == epochs || epoch % sampleEvery == 0 || sampleAlsoAt.contains(epoch)
  }

  /// Whether this epoch's checkpoint is kept beside the last.
  func keepsCheckpoint(after epoch: Int) -> Bool { epoch % checkpointEvery == 0 }
}

/// A training run from its first epoch to its last: training, metrics, pictures, checkpoints.
final class TrainingRun {
  private let model: any GenerativeModel.Type
  private let options: TrainingOptions
  private let schedule: Schedule
  private let folder: RunFolder
  private let data: Dataset
  private let context: Context
  private let trainer: any Trainer
  private let pictures: Pictures
  private let bar = ProgressBar()
  private var table: CSVTable
  private var told: Set<Concern> = []

  /// Allocates everything on the device and builds the kernels; writes nothing.
  ///
  /// - Throws: `OpenCLError`, `KernelBuildError`.
  init(
    _ model: any GenerativeModel.Type, _ options: TrainingOptions, schedule: Schedule,
    data: Dataset, folder: RunFolder, on context: Context
  ) throws {
    self.model = model
    self.options = options
    self.schedule = schedule
    self.folder = folder
    self.data = data
    self.context = context
    func store(_ images: ImageSet, _ label: String) throws -> ImageStore {
      try ImageStore(
        context, pixels: images.pixels, count: images.count, batchSize: options.batchSize,
        label: label)
    }
    trainer = try model.makeTrainer(
      options, train: try store(data.train, "training images"),
      validation: try store(data.validation, "validation images"), on: context)
    pictures = try Pictures(
      model, trainer, validation: data.validation, seed: options.seed, on: context)
    table = CSVTable(
      header: ["epoch"] + trainer.metricNames + ["seconds", "images_per_second"])
    try CommandList.compile(trainer.lists + pictures.lists)
    try trainer.initialize()
  }

  /// Trains, and writes the run's files into the folder, which has been prepared.
  ///
  /// - Throws: `FileError` where the disk fails; `OpenCLError` where the device does.
  func run() throws {
    let log = try AppendLog(path: folder.metrics)
    try log.append(CSVTable.line(table.header))
    for epoch in 1...schedule.epochs {
      let row = try train(epoch)
      try table.append(row)
      try log.append(CSVTable.line(row))
      try AtomicFile.write(
        lossChart(of: table, title: "\(model.name): losses").svg, to: folder.lossChart)
      if schedule.drawsSamples(after: epoch) { try drawPictures(epoch) }
      try writeCheckpoint(epoch)
    }
    try StandardOutput.print("run \(folder.path): last checkpoint \(folder.lastCheckpoint)")
    try StandardOutput.print("samples: \(folder.samples(epoch: schedule.epochs))")
  }

  /// Trains for an epoch.
  ///
  /// - Returns: Its row of metrics.csv.
  private func train(_ epoch: Int) throws -> [String] {
    let clock = ContinuousClock()
    let start = clock.now
    let losses = try trainer.trainEpoch { progress in
      guard bar.isDue() else { return }
      bar.update(line(epoch, progress, seconds: (clock.now - start).seconds))
    }
    let trainingSeconds = (clock.now - start).seconds
    let metrics = try trainer.metrics(after: losses)
    let seconds = (clock.now - start).seconds
    let rate = Double(data.train.count) / trainingSeconds
    bar.finishEpoch(
      ProgressLine(
        epoch: epoch, epochs: schedule.epochs, fraction: 1,
        losses: Array(zip(trainer.metricNames, metrics)), imagesPerSecond: rate,
        secondsLeft: seconds * Double(schedule.epochs - epoch)))
    for concern in trainer.concerns(after: losses) where told.insert(concern).inserted {
      StandardError.print("warning: epoch \(epoch): \(concern)")
    }
    return [String(epoch)] + metrics.map { CSVTable.field($0, digits: 7) }
      + [CSVTable.field(seconds, digits: 4), CSVTable.field(rate, digits: 6)]
  }

  private func line(_ epoch: Int, _ progress: EpochProgress, seconds: Double) -> ProgressLine {
    let fraction = Double(progress.step) / Double(progress.steps)
    let left = seconds / fraction * (1 - fraction + Double(schedule.epochs - epoch))
    return ProgressLine(
      epoch: epoch, epochs: schedule.epochs, fraction: fraction,
      losses: Array(zip(trainer.lossNames, progress.losses)),
      imagesPerSecond: Double(progress.images) / seconds, secondsLeft: left)
  }

  private func drawPictures(_ epoch: Int) throws {
    try AtomicFile.write(try pictures.samples(), to: folder.samples(epoch: epoch))
    if let reconstructions = try pictures.reconstructions() {
      try AtomicFile.write(reconstructions, to: folder.reconstructions(epoch: epoch))
    }
  }

  private func writeCheckpoint(_ epoch: Int) throws {
    let steps = (data.train.count + options.batchSize - 1) / options.batchSize
    let position = Checkpoint.Position(
      model: model.name, epoch: epoch, step: epoch * steps, seed: options.seed)
    let checkpoint = try Checkpoint(
      of: trainer.parameterSets, at: position,
      details: [
        "batch_size": String(options.batchSize), "data_sha256": data.contentHash,
        "learning_rate": String(options.adam.learningRate),
      ])
    let bytes = try checkpoint.file.encoded()
    try AtomicFile.write(bytes, to: folder.lastCheckpoint)
    if schedule.keepsCheckpoint(after: epoch) {
      try AtomicFile.write(bytes, to: folder.checkpoint(epoch: epoch))
    }
  }
}

/// The curves of a run's total losses: the columns named `…_loss`.
func lossChart(of metrics: CSVTable, title: String) -> LineChart {
  let epochs = metrics.numbers("epoch") ?? []
  return LineChart(
    title: title, xLabel: "epoch", yLabel: "loss per image",
    series: metrics.header.filter { $0.hasSuffix("_loss") }.map { name in
      LineChart.Series(name: name, x: epochs, y: metrics.numbers(name) ?? [])
    })
}
