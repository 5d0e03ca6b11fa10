import Reports

/// Checks the conclusions of the paper's section 4 with numbers: how near each model's images are
/// to real ones after some of its epochs, and after how many seconds of training.
struct PaperComparison {
  /// A model's images after an epoch.
  struct Point {
    let model: String
    let epoch: Int
    /// The seconds of the epochs up to this one in metrics.csv.
    let seconds: Double
    let evaluation: Evaluation

    fileprivate var distance: Double { evaluation.values[.frechetDistance] ?? .nan }
  }

  /// The points by model, in the order of the epochs.
  let points: [Point]

  static let explanation = """
    These are the measures of gputrain evaluate: each model's images are compared with the \
    training images by the features of a classifier of the same digits. Less is better for \
    distances, more for precision and recall; the baseline is the result for the same number of \
    validation images. Seconds of training are the sum over the epochs in metrics.csv, which has \
    only the part after the resume of an epoch in which a run was resumed.
    """

  /// A table with a row for each point; the last row is the baseline.
  ///
  /// - Throws: `CSVError`.
  func table() throws -> CSVTable {
    var table = CSVTable(
      header: ["model", "epoch", "seconds"] + Quantity.allCases.map(\.rawValue))
    func fields(_ values: [Quantity: Double]) -> [String] {
      Quantity.allCases.map { values[$0].map { CSVTable.field($0) } ?? "" }
    }
    for point in points {
      try table.append(
        [point.model, String(point.epoch), CSVTable.field(point.seconds, digits: 4)]
          + fields(point.evaluation.values))
    }
    if let baseline = points.first?.evaluation.baseline {
      try table.append(["baseline", "", ""] + fields(baseline))
    }
    return table
  }

  /// A chart of the distances over the training time.
  var chart: LineChart {
    var chart = LineChart(
      title: "Distance to real images", xLabel: "seconds of training", yLabel: "Fréchet distance",
      series: models.map { model in
        let own = points.filter { $0.model == model }
        return LineChart.Series(name: model, x: own.map(\.seconds), y: own.map(\.distance))
      })
    chart.isLogarithmic = true
    return chart
  }

  /// The comparison as a part of a page: the verdicts first, then the numbers.
  var blocks: [HTMLPage.Block] {
    conclusions.flatMap {
      [.subheading($0.title), .paragraph($0.text)] as [HTMLPage.Block]
    } + [
      .table(header: ["quantity"] + models + ["baseline"], rows: rows),
      .chart(
        chart,
        caption: "Each model after the epochs shown below, and how long it had trained by then."),
      .paragraph(Self.explanation),
    ]
  }

  /// The models that were measured.
  private var models: [String] {
    points.map(\.model).reduce(into: []) { if $0.last != $1 { $0.append($1) } }
  }

  /// Each model's last point.
  private var last: [String: Point] {
    Dictionary(points.map { ($0.model, $0) }, uniquingKeysWith: { $1 })
  }

  /// A row for each quantity, with the models' last values and the baseline's.
  private var rows: [[String]] {
    let baseline = points.first?.evaluation.baseline ?? [:]
    return Quantity.allCases.compactMap { quantity in
      let values = models.map { last[$0]?.evaluation.values[quantity] } + [baseline[quantity]]
      guard values.contains(where: { $0 != nil }) else { return nil }
      return [quantity.name] + values.map { $0.map(Self.number) ?? "" }
    }
  }

  // MARK: - Conclusions

  /// A conclusion of the paper.
  struct Conclusion {
    /// What the paper says, and whether it holds here.
    let title: String
    /// The numbers.
    let text: String
  }

  /// The paper's conclusions, and whether they hold here; then what each model reaches in the same
  /// time.
  var conclusions: [Conclusion] {
    let others = ["linear-gan", "linear-vae", "conv-vae"]
    return [
      conclusion("DCGAN produces the best images of all models", others.map { ("dcgan", $0) }),
      conclusion(
        "Convolutions make smoother digits than linear layers alone",
        [("dcgan", "linear-gan"), ("conv-vae", "linear-vae")]),
      conclusion(
        "The GAN outperforms the VAE, most evidently with convolutions",
        [("linear-gan", "linear-vae"), ("dcgan", "conv-vae")]),
      perSecond,
    ].compactMap(\.self)
  }

  /// Says whether the first of each pair is nearer to real images; nil if no pair was measured.
  private func conclusion(
    _ claim: String, _ pairs: [(nearer: String, farther: String)]
  ) -> Conclusion? {
    let measured = pairs.compactMap { pair -> (nearer: Point, farther: Point)? in
      guard let nearer = last[pair.nearer], let farther = last[pair.farther] else { return nil }
      return (nearer, farther)
    }
    guard !measured.isEmpty else { return nil }
    let holding = measured.filter { $0.nearer.distance < $0.farther.distance }.count
    let verdict =
      holding == measured.count
      ? "holds here" : holding == 0 ? "does not hold here" : "holds here in part"
    let numbers = measured.map { pair in
      "\(pair.nearer.model) \(Self.number(pair.nearer.distance)) against \(pair.farther.model) "
        + Self.number(pair.farther.distance)
    }
    return Conclusion(
      title: "\(claim): \(verdict)",
      text: """
        After epoch \(measured[0].nearer.epoch), by Fréchet distance: \
        \(numbers.joined(separator: ", ")).
        """)
  }

  /// Says what each model reaches in the time that the quickest takes; nil for a single model.
  private var perSecond: Conclusion? {
    guard models.count > 1, let quickest = last.values.min(by: { $0.seconds < $1.seconds })
    else { return nil }
    let others = models.filter { $0 != quickest.model }.compactMap { model -> String? in
      let own = points.filter { $0.model == model }
      if let reached = own.last(where: { $0.seconds <= quickest.seconds }) {
        return "\(model) to \(Self.number(reached.distance)) (epoch \(reached.epoch))"
      }
      return own.first.map { point in
        let (distance, seconds) = (Self.number(point.distance), Self.number(point.seconds))
        return "\(model) to \(distance) only after \(seconds) s (epoch \(point.epoch))"
      }
    }
    return Conclusion(
      title: "In equal time",
      text: """
        On this device: in the \(Self.number(quickest.seconds)) s of training that \
        \(quickest.model), the quickest, takes in all, it reaches a Fréchet distance of \
        \(Self.number(quickest.distance)); \(others.joined(separator: ", ")).
        """)
  }

  private static func number(_ value: Double) -> String { CSVTable.field(value, digits: 4) }
}
