/// A chart of points, each of a class, drawn as a self-contained SVG picture that follows the
/// reader's light or dark colour scheme. A class has a colour and a shape.
///
/// Points are drawn in their order, a later one over an earlier one. Points with a number that is
/// not finite are left out.
public struct ScatterChart: Sendable {
  /// A point in the units of the axes.
  public struct Point: Sendable, Equatable {
    /// The horizontal coordinate.
    public var x: Double
    /// The vertical coordinate.
    public var y: Double
    /// The index of its class.
    public var series: Int

    /// Makes a point.
    public init(x: Double, y: Double, series: Int = 0) {
      (self.x, self.y, self.series) = (x, y, series)
    }
  }

  /// The heading of the chart.
  public var title: String
  /// The name of the horizontal axis.
  public var xLabel: String
  /// The name of the vertical axis.
  public var yLabel: String
  /// The names of the classes, in the order of the legend; none for points without classes.
  public var names: [String]
  /// The points.
  public var points: [Point]

  /// Makes a chart.
  public init(title: String, xLabel: String, yLabel: String, names: [String], points: [Point]) {
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.names = names
    self.points = points
  }

  /// The largest number of classes with a colour and a shape of their own. If there are more, all
  /// points look the same, and the chart has no legend.
  public static let mostClasses = SVG.markCount

  /// The chart as an SVG document; the same chart always gives the same text.
  public var svg: String {
    let classes = names.count <= Self.mostClasses ? names : []
    let drawable = points.filter { AxisTicks.isDrawable($0.x) && AxisTicks.isDrawable($0.y) }
    let letters = classes.map { $0.prefix(Self.mostLetters).count }.max() ?? 0
    // A letter takes about 7 pixels.
    let width = Self.plotWidth + (classes.isEmpty ? 24 : 50 + 7 * letters)
    let plot = Plot(
      left: 72, right: Double(Self.plotWidth), top: 44, bottom: Double(Self.height - 52),
      x: AxisTicks(covering: drawable.map(\.x), rounded: true, target: 8),
      y: AxisTicks(covering: drawable.map(\.y), rounded: true, target: 8))
    let marks = drawable.map { point in
      SVG.mark(
        plot.place(x: point.x), plot.place(y: point.y), series: classes.isEmpty ? 0 : point.series)
    }
    return SVG.picture(
      width: width, height: Self.height, title: title,
      attributes: #"xmlns="http://www.w3.org/2000/svg" "#,
      content: [
        SVG.style, #"<rect class="background" width="100%" height="100%"/>"#,
        SVG.text(title, x: plot.left, y: 26, class: "title"),
        plot.axes(xLabel: xLabel, yLabel: yLabel),
      ] + marks + legend(classes, right: plot.right))
  }

  private static let plotWidth = 660
  private static let height = 640
  private static let mostLetters = 24

  /// Returns the legend at the right of the plot.
  private func legend(_ classes: [String], right: Double) -> [String] {
    classes.enumerated().flatMap { index, name in
      let y = 56 + 19 * Double(index)
      return [
        SVG.mark(right + 22, y, series: index),
        SVG.text(String(name.prefix(Self.mostLetters)), x: right + 34, y: y + 4, class: "start"),
      ]
    }
  }
}
