import Images
import Reports

/// A line chart in the cells of a terminal: a legend, the curves between their axes, and the names
/// of the ticks.
///
///     ━ train_loss
///     200 ┤⡇
///         │⠘⢄
///     150 ┤ ⠈⠢⣀
///         │   ⠉⠒⠢⠤⠤⣀⣀
///     100 ┤          ⠉⠉⠉⠉
///         └┬───────┬───────
///          1       5 epoch
///
/// A point whose numbers are not finite is not drawn, and interrupts its line. Without Unicode,
/// lines consist of letters, one for each series.
package struct TerminalChart: Sendable {
  /// A point that is marked: the best of a series.
  package struct Mark: Sendable, Equatable {
    /// The index of the series whose colour it has.
    package let series: Int
    /// The point, in the units of the axes.
    package let point: LineChart.Point

    /// Marks a point.
    package init(series: Int, point: LineChart.Point) {
      (self.series, self.point) = (series, point)
    }
  }

  /// The lines, in the order of the legend; later ones lie over earlier ones.
  package var series: [LineChart.Series]
  /// The name of the horizontal axis.
  package var xLabel: String
  /// Points that are marked with ◆, or `#` without Unicode, if they lie between the axes.
  package var marks: [Mark]

  /// Makes a chart.
  package init(series: [LineChart.Series], xLabel: String, marks: [Mark] = []) {
    (self.series, self.xLabel, self.marks) = (series, xLabel, marks)
  }

  /// The least columns in which a chart is drawn.
  package static let leastWidth = 24
  /// The least rows in which a chart is drawn.
  package static let leastHeight = 6

  private static let colours = [
    Colour(red: 86, green: 180, blue: 233), Colour(red: 230, green: 126, blue: 34),
    Colour(red: 32, green: 178, blue: 130), Colour(red: 214, green: 112, blue: 178),
    Colour(red: 196, green: 160, blue: 0), Colour(red: 140, green: 120, blue: 240),
    Colour(red: 150, green: 150, blue: 150),
  ]
  private static let letters: [Character] = ["*", "o", "+", "x", "@", "%", "="]

  /// The chart's lines: `height` of at most `width` cells; none if that is less than the least size
  /// or if there is no point to draw.
  package func lines(width: Int, height: Int, style: TerminalStyle) -> [String] {
    let points = series.flatMap(\.points).filter(Self.isDrawable)
    guard width >= Self.leastWidth, height >= Self.leastHeight, !points.isEmpty else { return [] }
    let legend = legend(width: width, rows: min(height / 3, height - 5), style: style)
    let rows = height - legend.count - 2
    let y = AxisTicks(covering: points.map(\.y), rounded: true, target: max(1, rows / 3))
    let left = min(width / 3, y.labels.map(\.count).max() ?? 0) + 1
    let columns = width - left - 1
    let x = AxisTicks(covering: points.map(\.x), rounded: false, target: max(1, columns / 9))
    let plot = canvas(columns: columns, rows: rows, x: x, y: y, style: style).lines
    return legend + rowsWithAxis(plot, left: left, y, style)
      + axis(x, left: left, columns: columns, style)
  }

  private static func isDrawable(_ point: LineChart.Point) -> Bool {
    AxisTicks.isDrawable(point.x) && AxisTicks.isDrawable(point.y)
  }

  private func layer(_ index: Int) -> DotCanvas.Layer {
    DotCanvas.Layer(
      colour: Self.colours[index % Self.colours.count],
      character: Self.letters[index % Self.letters.count])
  }

  /// Returns the names of the series in rows; those that do not fit are left out.
  private func legend(width: Int, rows: Int, style: TerminalStyle) -> [String] {
    var lines: [String] = []
    var (line, taken) = ("", 0)
    for (index, one) in series.enumerated() {
      let layer = layer(index)
      let name = TerminalText.clipped(one.name, to: width - 2)
      let cells = TerminalText.width(of: name) + 2
      if taken > 0, taken + 2 + cells > width {
        lines.append(line)
        (line, taken) = ("", 0)
        if lines.count == rows { return lines }
      }
      let sign = style.hasUnicode ? "━" : String(layer.character)
      line += (taken > 0 ? "  " : "") + style.paint(sign, layer.colour) + " " + name
      taken += cells + (taken > 0 ? 2 : 0)
    }
    return taken > 0 ? lines + [line] : lines
  }

  private func canvas(
    columns: Int, rows: Int, x: AxisTicks, y: AxisTicks, style: TerminalStyle
  ) -> DotCanvas {
    var canvas = DotCanvas(
      columns: columns, rows: rows, layers: series.indices.map(layer), style: style)
    let (right, bottom) = (Double(canvas.width - 1), Double(canvas.height - 1))
    func place(_ point: LineChart.Point) -> (x: Int, y: Int) {
      let part = (x: x.part(point.x), y: 1 - y.part(point.y))
      return (Int((part.x * right).rounded()), Int((part.y * bottom).rounded()))
    }
    for (index, line) in series.enumerated() {
      for run in line.points.split(whereSeparator: { !Self.isDrawable($0) }) {
        let places = run.map(place)
        for (start, end) in zip(places, places.dropFirst() + places.suffix(1)) {
          canvas.line(from: start, to: end, layer: index)
        }
      }
    }
    for mark in marks where series.indices.contains(mark.series) {
      guard x.low...x.high ~= mark.point.x, y.low...y.high ~= mark.point.y else { continue }
      let dot = place(mark.point)
      canvas.sign(style.hasUnicode ? "◆" : "#", x: dot.x, y: dot.y, layer: mark.series)
    }
    return canvas
  }

  /// Returns the plot's rows after the vertical axis and its labels.
  private func rowsWithAxis(
    _ plot: [String], left: Int, _ y: AxisTicks, _ style: TerminalStyle
  ) -> [String] {
    var labels: [Int: String] = [:]
    for (value, label) in zip(y.values, y.labels) {
      let row = Int(((1 - y.part(value)) * Double(plot.count - 1)).rounded())
      labels[row] = TerminalText.clipped(label, to: left - 1)
    }
    return plot.enumerated().map { row, cells in
      let label = labels[row] ?? ""
      let space = String(repeating: " ", count: left - 1 - label.count)
      let tick = style.hasUnicode ? (label.isEmpty ? "│" : "┤") : (label.isEmpty ? "|" : "+")
      return space + label + " " + tick + cells
    }
  }

  /// Returns the horizontal axis and the row of its labels, with the axis's name at the right-most
  /// place that they leave free.
  private func axis(
    _ x: AxisTicks, left: Int, columns: Int, _ style: TerminalStyle
  ) -> [String] {
    var line = Array(repeating: style.hasUnicode ? "─" : "-", count: columns)
    let width = left + 1 + columns
    var labels = Array(repeating: Character(" "), count: width)
    var first = 0
    for (value, label) in zip(x.values, x.labels) {
      let column = Int((x.part(value) * Double(columns - 1)).rounded())
      line[column] = style.hasUnicode ? "┬" : "+"
      let start = max(0, min(left + 1 + column - label.count / 2, width - label.count))
      // A space is between two labels.
      guard start >= first else { continue }
      labels.replaceSubrange(start..<start + label.count, with: label)
      first = start + label.count + 1
    }
    let name = Array(TerminalText.clipped(" \(xLabel) ", to: columns))
    let place = stride(from: width - name.count, to: left, by: -1).first { start in
      labels[start..<start + name.count].allSatisfy { $0 == " " }
    }
    if let place { labels.replaceSubrange(place..<place + name.count, with: name) }
    let corner = style.hasUnicode ? "└" : "+"
    let indent = String(repeating: " ", count: left)
    return [indent + corner + line.joined(), String(labels)]
  }
}
