import Foundation

/// A line chart, drawn as a self-contained SVG picture that follows the reader's light or dark
/// colour scheme.
///
/// A point with a number that is not finite, or not positive on logarithmic axes, interrupts its
/// line; a point without neighbours is a dot.
public struct LineChart: Sendable {
  /// A named line.
  public struct Series: Sendable, Equatable {
    /// The name in the legend.
    public var name: String
    /// The points, in the order in which they are joined.
    public var points: [Point]

    /// Makes a line through points.
    public init(name: String, points: [Point]) {
      self.name = name
      self.points = points
    }

    /// Makes a line through (x, y) pairs; additional elements of the longer list are ignored.
    public init(name: String, x: [Double], y: [Double]) {
      self.init(name: name, points: zip(x, y).map { Point(x: $0, y: $1) })
    }
  }

  /// A point in the units of the axes.
  public struct Point: Sendable, Equatable {
    /// The horizontal coordinate.
    public var x: Double
    /// The vertical coordinate.
    public var y: Double

    /// Makes a point.
    public init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// A point that stands out, with a line down to the horizontal axis.
  public struct Mark: Sendable, Equatable {
    /// The point.
    public var point: Point
    /// The text beside the line, such as `best: epoch 5`.
    public var label: String

    /// Makes a mark.
    public init(point: Point, label: String) {
      self.point = point
      self.label = label
    }
  }

  /// The heading of the chart.
  public var title: String
  /// The name of the horizontal axis.
  public var xLabel: String
  /// The name of the vertical axis.
  public var yLabel: String
  /// The lines, in the order of the legend.
  public var series: [Series]
  /// The picture's width in pixels.
  public var width: Int
  /// The picture's height in pixels, without a legend below.
  public var height: Int
  /// Whether equal distances along the axes are equal ratios.
  public var isLogarithmic = false
  /// The position of the legend.
  public var legendPlace = LegendPlace.right
  /// The minimum number of letters for which the legend at the right has room. Charts below each
  /// other with the same number have plots of the same width, if no name is longer.
  public var legendLetters = 0
  /// The points that stand out.
  public var marks: [Mark] = []

  /// A position of the legend, relative to the plot.
  public enum LegendPlace: Sendable {
    /// One name below the other.
    case right
    /// Side by side, as many as fit.
    case below
  }

  /// Makes a chart of at least 400 × 240 pixels.
  public init(
    title: String, xLabel: String, yLabel: String, series: [Series], width: Int = 800,
    height: Int = 420
  ) {
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.series = series
    self.width = max(400, width)
    self.height = max(240, height)
  }

  /// The same chart for a narrow column, as on a phone: 400 pixels wide with the legend below.
  public var narrow: LineChart {
    var chart = self
    (chart.width, chart.height, chart.legendPlace) = (400, 300, .below)
    return chart
  }

  /// The chart as an SVG document; the same chart always gives the same text.
  public var svg: String {
    svg(
      attributes: #"xmlns="http://www.w3.org/2000/svg" "#,
      content: [SVG.style, drawing(hasValues: false)])
  }

  /// The chart as an element of an HTML page that includes `SVG.style`. Its lines carry their
  /// values, which the script of `HTMLPage` shows under the pointer.
  var element: String {
    svg(
      attributes: #"data-x="\#(SVG.escaped(xLabel))" "#, content: [drawing(hasValues: true)])
  }

  private func svg(attributes: String, content: [String]) -> String {
    let height = self.height + legendHeight
    return SVG.picture(
      width: width, height: height, title: title, attributes: attributes, content: content)
  }

  private func drawing(hasValues: Bool) -> String {
    let points = series.flatMap(\.points).filter(isDrawable)
    let plot = Plot(
      left: 72, right: Double(width - legendWidth), top: 44, bottom: Double(height - 52),
      x: ticks(points.map(\.x), rounded: false, target: width < 600 ? 5 : 8),
      y: ticks(points.map(\.y), rounded: true, target: 6))
    return [
      #"<rect class="background" width="100%" height="100%"/>"#,
      SVG.text(title, x: plot.left, y: 26, class: "title"),
      plot.axes(xLabel: xLabel, yLabel: yLabel), lines(plot, hasValues: hasValues),
      marks.filter { isDrawable($0.point) }.map { plot.mark($0) }.joined(separator: "\n"),
      legend(plot),
    ].filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private func ticks(_ values: [Double], rounded: Bool, target: Int) -> AxisTicks {
    isLogarithmic
      ? AxisTicks(logarithmicallyCovering: values, target: target)
      : AxisTicks(covering: values, rounded: rounded, target: target)
  }

  private func isDrawable(_ point: Point) -> Bool {
    [point.x, point.y].allSatisfy {
      AxisTicks.isDrawable($0) && (!isLogarithmic || $0 >= AxisTicks.leastLogarithmic)
    }
  }

  /// The width of the longest name, at about 7 pixels per letter, and the line before it.
  private var nameWidth: Int {
    let letters = legendPlace == .right ? legendLetters : 0
    return 64 + 7 * max(letters, series.map(\.name.count).max() ?? 0)
  }

  /// The width of the legend at the right of the plot.
  private var legendWidth: Int {
    legendPlace == .below || series.isEmpty ? 24 : min(width / 2, nameWidth)
  }

  /// The number of columns of a legend below the plot.
  private var legendColumns: Int { max(1, (width - 48) / nameWidth) }

  /// The height of the legend below the plot and its labels.
  private var legendHeight: Int {
    legendPlace == .right ? 0 : 20 * ((series.count + legendColumns - 1) / legendColumns)
  }

  private func lines(_ plot: Plot, hasValues: Bool) -> String {
    var parts: [String] = []
    for (index, line) in series.enumerated() {
      for run in line.points.split(whereSeparator: { !isDrawable($0) }) {
        let places = run.map { (x: plot.place(x: $0.x), y: plot.place(y: $0.y)) }
        let values = hasValues ? SVG.values(of: line.name, run) : ""
        if places.count == 1 {
          let (x, y) = places[0]
          parts.append(SVG.dot(x, y, class: SVG.seriesClass(index), attributes: values))
        } else {
          parts.append(SVG.polyline(places, class: SVG.seriesClass(index), attributes: values))
        }
      }
    }
    return parts.joined(separator: "\n")
  }

  private func legend(_ plot: Plot) -> String {
    var parts: [String] = []
    for (index, line) in series.enumerated() {
      let (row, column) =
        legendPlace == .right
        ? (index, 0) : (index / legendColumns, index % legendColumns)
      let place =
        legendPlace == .right ? (plot.right + 14, plot.top + 12) : (24, Double(height) + 2)
      let (x, y) = (place.0 + Double(column * nameWidth), place.1 + 20 * Double(row))
      parts.append(SVG.polyline([(x, y), (x + 24, y)], class: SVG.seriesClass(index)))
      parts.append(SVG.text(line.name, x: x + 32, y: y + 4, class: "start"))
    }
    return parts.joined(separator: "\n")
  }
}
