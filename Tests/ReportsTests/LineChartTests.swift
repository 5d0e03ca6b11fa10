import Foundation
import Testing

@testable import Reports

#if canImport(FoundationXML)
  import FoundationXML
#endif

struct LineChartTests {
  func chart(_ series: [LineChart.Series]) -> LineChart {
    LineChart(title: "Losses", xLabel: "epoch", yLabel: "loss", series: series)
  }

  func occurrences(of text: String, in svg: String) -> Int {
    svg.components(separatedBy: text).count - 1
  }

  @Test func placesPointsOnTheAxes() {
    let svg = chart([.init(name: "d", x: [0, 5, 10], y: [0, 6, 3])]).svg
    // The plot spans x 72…729 and y 44…368; the axes 0…10 and 0…6.
    #expect(svg.contains(#"points="72.0,368.0 400.5,44.0 729.0,206.0""#))
    #expect(svg.contains(#">Losses</text>"#))
    #expect(svg.contains(#">epoch</text>"#))
    #expect(svg.contains(#">loss</text>"#))
    #expect(svg.contains(#">d</text>"#))
  }

  @Test func sameChartSameText() {
    let series = [LineChart.Series(name: "a", x: [1, 2, 3], y: [0.1, 0.7, 0.2])]
    #expect(chart(series).svg == chart(series).svg)
  }

  @Test func wellFormed() throws {
    let hostile = LineChart(
      title: "<&\">'\u{1}", xLabel: "]]>", yLabel: "µ & σ",
      series: [.init(name: "<script>", x: [1, 2], y: [3, .nan])])
    for picture in [hostile, chart([]), LineChart(title: "", xLabel: "", yLabel: "", series: [])] {
      let parser = XMLParser(data: Data(picture.svg.utf8))
      #expect(parser.parse(), "\(String(describing: parser.parserError))")
    }
    #expect(!hostile.svg.contains("<script>"))
  }

  @Test func aMarkStandsAtItsPoint() {
    var picture = chart([.init(name: "d", x: [0, 5, 10], y: [0, 6, 3])])
    picture.marks = [
      .init(point: .init(x: 10, y: 3), label: "best: <3>"),
      .init(point: .init(x: .nan, y: 3), label: "lost"),
    ]
    #expect(picture.svg.contains(#"<circle class="mark" cx="729.0" cy="206.0" r="6"/>"#))
    #expect(picture.svg.contains(#"<text class="end" x="721.0" y="360.0">best: &lt;3&gt;</text>"#))
    #expect(!picture.svg.contains("lost"))
  }

  /// Only pages have the script that shows them.
  @Test func linesOfPagesCarryTheirValues() {
    let picture = chart([.init(name: "a\"", x: [1, 2, 3, 4], y: [0.5, 123456.7, .nan, 4])])
    #expect(picture.element.contains(#"data-name="a&quot;" data-values="1 0.5 2 1.2346e+05""#))
    #expect(picture.element.contains(#"r="3" data-name="a&quot;" data-values="4 4"/>"#))
    #expect(picture.element.contains(#"data-x="epoch""#) && !picture.svg.contains("data-"))
  }

  @Test func numbersThatAreNotFiniteBreakTheLine() {
    let svg = chart([
      .init(name: "g", x: [1, 2, 3, 4, 5, 6], y: [1, 2, .nan, 4, .infinity, 6])
    ]).svg
    // Two joined points, then two single points, and the sample in the legend.
    #expect(occurrences(of: "<polyline", in: svg) == 2)
    #expect(occurrences(of: "<circle", in: svg) == 2)
    #expect(!svg.contains("nan"))
    #expect(!svg.contains("inf"))
  }

  @Test func logarithmicAxesShowRatios() {
    var picture = chart([.init(name: "v", x: [1, 10, 100, 1, 0], y: [1000, 100, 10, -1, 5])])
    picture.isLogarithmic = true
    // Numbers that are not positive are not drawn.
    #expect(picture.svg.contains(#"points="72.0,44.0 400.5,206.0 729.0,368.0""#))
    #expect(picture.svg.contains(">100</text>") && picture.svg.contains(">1000</text>"))
    #expect(occurrences(of: "<circle", in: picture.svg) == 0)
  }

  @Test func onePointIsADotInTheMiddle() {
    let svg = chart([.init(name: "v", x: [1], y: [105])]).svg
    #expect(occurrences(of: "<circle", in: svg) == 1)
    #expect(svg.contains(#"cx="400.5""#))
    #expect(svg.contains(">1</text>"))
  }

  @Test func aConstantSeriesIsALevelLine() {
    let svg = chart([.init(name: "v", x: [1, 2, 3], y: [0, 0, 0])]).svg
    #expect(svg.contains(#"points="72.0,206.0 400.5,206.0 729.0,206.0""#))
  }

  @Test func seriesHaveColorsOfTheirOwn() {
    let series = (0..<9).map {
      LineChart.Series(name: "s\($0)", x: [0, 1], y: [0, Double($0)])
    }
    let svg = chart(series).svg
    #expect(occurrences(of: "<polyline", in: svg) == 18)
    #expect(occurrences(of: #"class="series0""#, in: svg) == 2)
    #expect(occurrences(of: #"class="series0 dashed""#, in: svg) == 2)
    #expect(svg.contains("prefers-color-scheme: dark"))
  }

  /// Two names of 40 letters do not fit side by side in 400 pixels; four of three letters do.
  @Test func aNarrowChartHasItsLegendBelow() {
    for (length, count, height) in [(40, 2, 340), (3, 4, 320), (3, 5, 340)] {
      let name = String(repeating: "x", count: length)
      let svg = chart((0..<count).map { _ in .init(name: name, x: [0, 1], y: [0, 1]) }).narrow.svg
      #expect(svg.contains("viewBox=\"0 0 400 \(height)\""))
      #expect(svg.contains(#"points="72.0,248.0 376.0,44.0""#))
      #expect(svg.contains(#"points="24.0,302.0 48.0,302.0""#))
    }
  }

  @Test func equalLegendLettersGivePlotsOfEqualWidth() {
    let ends = [("a", 20), ("aaaaaaaaaa", 20), ("aaaaaaaaaaaaaaaaaaaa", 0)].map { name, letters in
      var chart = chart([.init(name: name, x: [0, 1], y: [0, 1])])
      chart.legendLetters = letters
      return chart.svg.contains(#"points="72.0,368.0 596.0,44.0""#)
    }
    #expect(ends == [true, true, true])
  }

  @Test func aLongNameLeavesRoomForThePlot() {
    let svg = chart([.init(name: String(repeating: "x", count: 500), x: [0, 1], y: [0, 1])]).svg
    #expect(svg.contains(#"points="72.0,368.0 400.0,44.0""#))
  }
}
