/// The rectangle of a chart's plot in pixels, and the axes along it.
struct Plot {
  let left: Double
  let right: Double
  let top: Double
  let bottom: Double
  let x: AxisTicks
  let y: AxisTicks

  func place(x value: Double) -> Double {
    left + x.part(value) * (right - left)
  }

  func place(y value: Double) -> Double {
    bottom - y.part(value) * (bottom - top)
  }

  /// Returns the grid, the axes and their names.
  func axes(xLabel: String, yLabel: String) -> String {
    var parts: [String] = []
    for (value, label) in zip(y.values, y.labels) {
      let y = place(y: value)
      parts.append(SVG.line(left, y, right, y, class: "grid"))
      parts.append(SVG.text(label, x: left - 8, y: y + 4, class: "end"))
    }
    for (value, label) in zip(x.values, x.labels) {
      let x = place(x: value)
      parts.append(SVG.line(x, top, x, bottom, class: "grid"))
      parts.append(SVG.text(label, x: x, y: bottom + 18, class: "middle"))
    }
    parts.append(SVG.line(left, bottom, right, bottom, class: "axis"))
    parts.append(SVG.line(left, top, left, bottom, class: "axis"))
    let centre = (x: (left + right) / 2, y: (top + bottom) / 2)
    parts.append(SVG.text(xLabel, x: centre.x, y: bottom + 40, class: "middle"))
    parts.append(SVG.text(yLabel, x: 18, y: centre.y, class: "middle", isUpright: true))
    return parts.joined(separator: "\n")
  }

  /// Returns a mark: a ring around its point, a line down to the axis, and the label beside that
  /// line, on the side that has more room.
  func mark(_ mark: LineChart.Mark) -> String {
    let (x, y) = (place(x: mark.point.x), place(y: mark.point.y))
    let isOnTheRight = x > (left + right) / 2
    return [
      SVG.line(x, y, x, bottom, class: "mark"), SVG.dot(x, y, class: "mark", radius: 6),
      SVG.text(
        mark.label, x: isOnTheRight ? x - 8 : x + 8, y: y > bottom - 40 ? y - 14 : bottom - 8,
        class: isOnTheRight ? "end" : "start"),
    ].joined(separator: "\n")
  }
}
