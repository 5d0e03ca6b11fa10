import Datasets
import Files
import GPUTensor
import GenerativeModels
import Reports

extension PaperRun {
  /// Measures the models after the epochs of the sheets, and writes comparison.csv and
  /// comparison.svg.
  ///
  /// - Returns: The comparison as a part of the page, or the reason why there is none.
  /// - Throws: `FileError`; what `Evaluator` throws.
  func comparisonBlocks() throws -> [HTMLPage.Block] {
    let comparison: PaperComparison
    do {
      comparison = PaperComparison(points: try points(evaluationPlan(), on: evaluationContext()))
    } catch let error as InputError {
      StandardError.note("no comparison: \(error)")
      return [.paragraph("There is no comparison: \(error).")]
    }
    try AtomicFile.write(try comparison.table().text, to: "\(path)/comparison.csv")
    try AtomicFile.write(comparison.chart.svg, to: "\(path)/comparison.svg")
    return comparison.blocks
  }

  /// Plans how the models are measured.
  ///
  /// - Throws: `InputError` if the data do not allow it.
  func evaluationPlan() throws -> EvaluationPlan {
    if let fault = ClassifierCache.fault(of: data) { throw InputError(description: fault) }
    return try EvaluationPlan(
      data, samples: samples, seed: settings.seed, classifierSeed: Self.classifierSeed)
  }

  /// Opens the device without the settings that only trainings have, so that the numbers are those
  /// of `evaluate`.
  private func evaluationContext() throws -> Context {
    let family = context.family == .tensorcore ? .auto : context.family
    return try Context(
      device: context.device, kernelSources: context.kernelSources, family: family)
  }

  private static let classifierSeed: UInt64 = 1

  private func points(
    _ plan: EvaluationPlan, on context: Context
  ) throws -> [PaperComparison.Point] {
    let classifier = try plan.classifiers?.kept(on: context)
    // Checked before the first is measured, since that takes long.
    for model in models {
      for epoch in sheetEpochs where known(model, epoch, plan, by: classifier) == nil {
        let checkpoint = folder(of: model).checkpoint(epoch: epoch)
        guard isRegularFile(checkpoint) else {
          throw InputError(
            description: """
              \(checkpoint) is missing; put it back, or remove \(folder(of: model).path) to train \
              it again
              """)
        }
      }
    }
    // Not needed if everything was measured before.
    var evaluator: Evaluator?
    func evaluation(of model: any GenerativeModel, _ epoch: Int) throws -> Evaluation {
      if let known = known(model, epoch, plan, by: classifier) { return known }
      let ready = try evaluator ?? Evaluator(plan, on: context)
      evaluator = ready
      return try measure(model, epoch, by: ready)
    }
    return try models.flatMap { model in
      let seconds = try metrics(of: model).numbers("seconds") ?? []
      return try sheetEpochs.map { epoch in
        PaperComparison.Point(
          model: model.name, epoch: epoch, seconds: seconds.prefix(epoch).reduce(0, +),
          evaluation: try evaluation(of: model, epoch))
      }
    }
  }

  /// The earlier result for a model after an epoch, if it has the same number of images, the same
  /// seed and the same classifier; otherwise nil.
  private func known(
    _ model: any GenerativeModel, _ epoch: Int, _ plan: EvaluationPlan,
    by classifier: ClassifierCache.Identity?
  ) -> Evaluation? {
    guard let kept = Evaluation.read(folder(of: model).evaluation(epoch: epoch)),
      kept.samples == plan.count, kept.seed == plan.seed, kept.classifier == classifier
    else { return nil }
    return kept
  }

  /// Measures a model after an epoch, and writes the result; the last epoch's is also the run's.
  private func measure(
    _ model: any GenerativeModel, _ epoch: Int, by evaluator: Evaluator
  ) throws -> Evaluation {
    let folder = folder(of: model)
    let checkpoint = try CheckpointFile(path: folder.checkpoint(epoch: epoch), model: model)
    StandardError.print("\(model.name): measuring the images of epoch \(epoch)")
    let evaluation = try evaluator.measure(checkpoint).evaluation
    try evaluation.write(to: folder.evaluation(epoch: epoch))
    if epoch == epochs {
      try evaluation.write(to: folder.evaluation)
      try RunReport(of: folder).write()
    }
    return evaluation
  }
}
