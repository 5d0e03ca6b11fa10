import Files
import Reports

/// paper.html: first what came out of it, then the figures.
struct PaperPage {
  /// What was trained, on what.
  let introduction: String
  /// The epochs of each model.
  let epochs: Int
  /// Whether the models saw all images.
  let isWholeDataset: Bool
  let summary: PaperSummary
  /// The figures, each as a part of the page.
  let figures: [(figure: PaperFigure, blocks: [HTMLPage.Block])]

  /// What stands for the comparison before it is there.
  static let comparisonToCome = """
    The models are still to be compared; if that was stopped or failed, the same command resumes it.
    """

  /// The epochs that the paper trains each model for.
  private static let paperEpochs = 100

  /// Writes the page with a comparison of the models.
  ///
  /// - Throws: `FileError`.
  func write(to path: String, comparison: [HTMLPage.Block]) throws {
    let page = HTMLPage(
      title: "GAN vs VAE: the figures, trained with gputrain", blocks: blocks(comparison))
    try AtomicFile.write(page.html, to: path)
  }

  private func blocks(_ comparison: [HTMLPage.Block]) -> [HTMLPage.Block] {
    let shown = figures.flatMap { figure, blocks in
      [
        HTMLPage.Block.heading("Figure \(figure.number): \(figure.caption)"),
        .paragraph(figure.remark),
      ] + blocks
    }
    return [.paragraph(introduction)] + (caution.map { [.caution($0)] } ?? [])
      + [.heading("The paper's conclusions in numbers")] + comparison
      + [.heading("Last losses"), .paragraph(summary.explanation), summary.block] + shown
  }

  /// A warning beside runs that are shorter than the paper's; nil for others.
  var caution: String? {
    let parts = [
      epochs < Self.paperEpochs ? "\(epochs) of the paper's \(Self.paperEpochs) epochs" : nil,
      isWholeDataset ? nil : "a part of the images",
    ].compactMap(\.self)
    guard !parts.isEmpty else { return nil }
    return """
      This is a short run: \(parts.joined(separator: ", on ")). Its numbers show how the models \
      begin to learn. They neither confirm nor contradict the paper.
      """
  }
}
