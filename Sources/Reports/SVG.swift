import Foundation

/// The SVG elements that charts need. Coordinates are pixels, written with one decimal.
enum SVG {
  /// The colours of the series, the same number for light and dark; then they repeat, dashed.
  /// Neighbours differ in lightness as well as in hue, for readers with colour blindness.
  private static let lightColors = [
    "#0072b2", "#d55e00", "#008a66", "#b0508c", "#8a6d00", "#2f9fd8", "#666666",
  ]
  private static let darkColors = [
    "#56b4e9", "#ff8a3d", "#2bc49a", "#e59ac6", "#e6c229", "#9ad1f5", "#b0b0b0",
  ]

  /// The number of series of a scatter chart that can be told apart: by their colours and their
  /// shapes.
  static let markCount = lightColors.count * Mark.allCases.count

  /// The shapes of marks. Their number and that of colours have no common divisor. In this order
  /// two series with the same colour have shapes that differ much.
  private enum Mark: CaseIterable {
    case circle, triangle, square, plus

    /// The outline around the point that it marks.
    var outline: String {
      switch self {
      case .circle: "m-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0z"
      case .triangle: "m0-4.2l3.9 6.6h-7.8z"
      case .square: "m-2.7-2.7h5.4v5.4h-5.4z"
      case .plus: "m-1.1-3.9h2.2v2.8h2.8v2.2h-2.8v2.8h-2.2v-2.8h-2.8v-2.2h2.8z"
      }
    }
  }

  /// Returns the class of a series by its index.
  static func seriesClass(_ index: Int) -> String {
    let color = "series\(index % lightColors.count)"
    return index < lightColors.count ? color : color + " dashed"
  }

  /// The rules of all charts as an element of an SVG document.
  static var style: String { "<style>\n\(rules)\n</style>" }

  /// The style of all charts, dark if the reader prefers it. Every selector begins with
  /// `.line-chart`, so that a chart does not affect the HTML page around it.
  static var rules: String {
    """
    .line-chart { font: 12px system-ui, sans-serif; }
    .line-chart text { fill: #333333; }
    .line-chart .title { font-size: 16px; font-weight: 600; }
    .line-chart .middle { text-anchor: middle; }
    .line-chart .end { text-anchor: end; }
    .line-chart .background { fill: #ffffff; }
    .line-chart .grid { stroke: #e4e4e4; }
    .line-chart .axis { stroke: #777777; }
    .line-chart polyline { fill: none; stroke-width: 2; stroke-linejoin: round; }
    .line-chart .dashed { stroke-dasharray: 6 4; }
    .line-chart .mark { stroke: #777777; fill: none; stroke-width: 1.5; }
    .line-chart line.mark { stroke-dasharray: 3 3; }
    \(colorRules(lightColors))
    @media (prefers-color-scheme: dark) {
    .line-chart text { fill: #d6d6d6; }
    .line-chart .background { fill: #16181c; }
    .line-chart .grid { stroke: #2c3036; }
    .line-chart .axis, .line-chart .mark { stroke: #8a8f98; }
    \(colorRules(darkColors))
    }
    """
  }

  private static func colorRules(_ colors: [String]) -> String {
    colors.enumerated().map { index, color in
      ".line-chart polyline.series\(index) { stroke: \(color); }\n"
        + ".line-chart circle.series\(index), .line-chart path.series\(index) { fill: \(color); }"
    }.joined(separator: "\n")
  }

  /// Returns a whole picture, as an element with these attributes.
  static func picture(
    width: Int, height: Int, title: String, attributes: String, content: [String]
  ) -> String {
    let head =
      #"<svg \#(attributes)class="line-chart" width="\#(width)" height="\#(height)" "#
      + #"viewBox="0 0 \#(width) \#(height)" role="img" aria-label="\#(escaped(title))">"#
    return ([head] + content + ["</svg>"]).joined(separator: "\n") + "\n"
  }

  static func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, class name: String
  ) -> String {
    #"<line class="\#(name)" x1="\#(number(x1))" y1="\#(number(y1))" "#
      + #"x2="\#(number(x2))" y2="\#(number(y2))"/>"#
  }

  static func polyline(
    _ points: [(x: Double, y: Double)], class name: String, attributes: String = ""
  ) -> String {
    let list = points.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
    return #"<polyline class="\#(name)" points="\#(list)"\#(attributes)/>"#
  }

  static func dot(
    _ x: Double, _ y: Double, class name: String, radius: Int = 3, attributes: String = ""
  ) -> String {
    let place = #"cx="\#(number(x))" cy="\#(number(y))""#
    return #"<circle class="\#(name)" \#(place) r="\#(radius)"\#(attributes)/>"#
  }

  /// Returns the attributes of a line with its name and its values: x and y of each point.
  static func values(of name: String, _ points: ArraySlice<LineChart.Point>) -> String {
    let values = points.map { String(format: "%.6g %.5g", $0.x, $0.y) }.joined(separator: " ")
    return #" data-name="\#(escaped(name))" data-values="\#(values)""#
  }

  /// Returns a point of a series of a scatter chart, in the series' colour and shape.
  static func mark(_ x: Double, _ y: Double, series: Int) -> String {
    let shape = Mark.allCases[series % Mark.allCases.count]
    return #"<path class="series\#(series % lightColors.count)" "#
      + #"d="M\#(number(x)) \#(number(y))\#(shape.outline)"/>"#
  }

  /// Returns a text element; vertical text is rotated to read from bottom to top.
  static func text(
    _ text: String, x: Double, y: Double, class name: String, isUpright: Bool = false
  ) -> String {
    let place = #"x="\#(number(x))" y="\#(number(y))""#
    let turn = isUpright ? #" transform="rotate(-90 \#(number(x)) \#(number(y)))""# : ""
    return #"<text class="\#(name)" \#(place)\#(turn)>\#(escaped(text))</text>"#
  }

  /// Escapes text for XML content and quoted attributes. Control characters, which XML does not
  /// allow at all, become spaces.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\u{0}"..<" ", "\u{FFFE}", "\u{FFFF}": result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Escapes text in the same way, but keeps its line breaks.
  static func escapedLines(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { escaped(String($0)) }
      .joined(separator: "\n")
  }

  private static func number(_ value: Double) -> String {
    let text = String(format: "%.1f", value)
    return text == "-0.0" ? "0.0" : text
  }
}
