import Datasets
import Files
import GPUTensor
import Models
import Reports

extension PaperRun {
  /// Measures the models after the epochs of the sheets, and writes comparison.csv and comparison.svg.
  ///
  /// - Returns: What the page says of it; where the data or a checkpoint cannot be measured, why.
  /// - Throws: `FileError`; as `Evaluator`.
  func comparisonBlocks() throws -> [HTMLPage.Block] {
    let comparison: PaperComparison
    do {
      let plan = try EvaluationPlan(
        data, samples: samples, seed: seed, classifierSeed: Self.classifierSeed)
      comparison = PaperComparison(points: try points(plan))
    } catch let error as InputError {
      StandardError.print("note: no comparison: \(error)")
      return [.paragraph("There is no comparison: \(error).")]
    }
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

  private static let classifierSeed: UInt64 = 1

  private func points(_ plan: EvaluationPlan) throws -> [PaperComparison.Point] {
    // Before the first is measured, which takes long.
    for model in models {
      for epoch in sheetEpochs where try known(model, epoch, plan) == nil {
        let checkpoint = folder(of: model).checkpoint(epoch: epoch)
        guard isRegularFile(checkpoint) else {
          throw InputError(
            description: """
              \(checkpoint) is missing; put it back, or remove \(folder(of: model).path) to train it anew
              """)
        }
      }
    }
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

  /// What was measured of a model after an epoch, by as many images, the same seed and the very classifier that would
  /// measure it again; nil where nothing was.
  private func known(
    _ model: any GenerativeModel.Type, _ epoch: Int, _ plan: EvaluationPlan
  ) throws -> Evaluation? {
    guard let kept = KeptEvaluation.read(folder(of: model).evaluation(epoch: epoch)),
      kept.evaluation.samples == plan.count, kept.evaluation.seed == plan.seed,
      let classifier = kept.classifier, try classifier == classifierDigest()
    else { return nil }
    return kept.evaluation
  }

  /// SHA-256 of the classifier's file; nil where there is none. Its seed and data alone do not say which classifier it is:
  /// devices train other ones.
  private func classifierDigest() throws -> String? {
    let path = try ClassifierCache(DigitClassifier.self, data, seed: Self.classifierSeed).path
    guard let bytes = try? readFile(path: path, maximumBytes: 1 << 30) else { return nil }
    return Digest.sha256.hex(of: [bytes])
  }

  /// What was measured of a model after an epoch, or is measured now and kept; that of the last epoch is also the run's.
  private func evaluation(
    of model: any GenerativeModel.Type, _ epoch: Int, _ plan: EvaluationPlan,
    by evaluator: inout Evaluator?
  ) throws -> Evaluation {
    if let known = try known(model, epoch, plan) { return known }
    let folder = folder(of: model)
    let checkpoint = try CheckpointFile(path: folder.checkpoint(epoch: epoch), model: model)
    let ready = try evaluator ?? Evaluator(plan, on: evaluationContext())
    evaluator = ready
    StandardError.print("\(model.name): measuring the images of epoch \(epoch)")
    let evaluation = try ready.measure(checkpoint)
    // Without a file of the classifier nobody can know it again.
    let kept = KeptEvaluation(evaluation: evaluation, classifier: try classifierDigest())
    try kept.write(to: folder.evaluation(epoch: epoch))
    if epoch == epochs { try folder.keep(evaluation) }
    return evaluation
  }
}
