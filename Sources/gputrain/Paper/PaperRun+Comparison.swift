import Files
import GPUTensor
import Models
import Reports

extension PaperRun {
  /// Measures the models after the epochs of the sheets, and writes comparison.csv and comparison.svg.
  ///
  /// - Returns: What the page says of it; where the data cannot be measured by, why.
  /// - Throws: `FileError`; as `Evaluator`.
  func comparisonBlocks() throws -> [HTMLPage.Block] {
    let plan: EvaluationPlan
    do {
      plan = try EvaluationPlan(data, samples: samples, seed: seed, classifierSeed: 1)
    } catch let error as InputError {
      StandardError.print("note: no comparison: \(error)")
      return [.paragraph("There is no comparison: \(error).")]
    }
    let comparison = PaperComparison(points: try points(plan))
    try AtomicFile.write(try comparison.table().text, to: "\(path)/comparison.csv")
    try AtomicFile.write(comparison.chart.svg, to: "\(path)/comparison.svg")
    return comparison.blocks
  }

  /// The same device without what is for trainings alone, so that the numbers are those of `evaluate`.
  private func evaluationContext() throws -> Context {
    let family = context.family == .tensorcore ? .auto : context.family
    return try Context(
      device: context.device, kernelSources: context.kernelSources, family: family)
  }

  private func points(_ plan: EvaluationPlan) throws -> [PaperComparison.Point] {
    // What was measured before needs none.
    var evaluator: Evaluator?
    return try models.flatMap { model in
      let seconds = try metrics(of: model).numbers("seconds") ?? []
      return try sheetEpochs.map { epoch in
        PaperComparison.Point(
          model: model.name, epoch: epoch, seconds: seconds.prefix(epoch).reduce(0, +),
          evaluation: try evaluation(of: model, epoch, plan, by: &evaluator))
      }
    }
  }

  /// What was measured of a model after an epoch, or is measured now and kept; that of the last epoch is also the run's.
  private func evaluation(
    of model: any GenerativeModel.Type, _ epoch: Int, _ plan: EvaluationPlan,
    by evaluator: inout Evaluator?
  ) throws -> Evaluation {
    let folder = folder(of: model)
    let file = folder.evaluation(epoch: epoch)
    if let known = Evaluation.read(file), known.samples == plan.count, known.seed == plan.seed {
      return known
    }
    let checkpoint = try CheckpointFile(path: folder.checkpoint(epoch: epoch), model: model)
    let ready = try evaluator ?? Evaluator(plan, on: evaluationContext())
    evaluator = ready
    StandardError.print("\(model.name): measuring the images of epoch \(epoch)")
    let evaluation = try ready.measure(checkpoint)
    try evaluation.write(to: file)
    if epoch == epochs { try folder.keep(evaluation) }
    return evaluation
  }
}
