import Testing

@testable import Reports

@Suite struct ScatterChartTests {
  private func chart(_ names: [String], _ points: [ScatterChart.Point]) -> ScatterChart {
    ScatterChart(title: "a < b", xLabel: "x", yLabel: "y", names: names, points: points)
  }

  private func marks(in svg: String) -> Int { svg.matches(of: #/<path /#).count }

  @Test func pointsAndTheirClasses() {
    let points = [
      ScatterChart.Point(x: 0, y: 0), .init(x: 1, y: 2, series: 1), .init(x: .nan, y: 1),
    ]
    let svg = chart(["zero", "<one>"], points).svg
    // Two points and two marks in the legend; the third point cannot be drawn.
    #expect(marks(in: svg) == 4)
    #expect(svg.contains(">a &lt; b</text>"))
    #expect(svg.contains(">&lt;one&gt;</text>"))
    // The axes go from 0 to 1 and from 0 to 2: the points are at opposite corners of the plot.
    #expect(svg.contains(#"<path class="series0" d="M72.0 588.0m"#))
    #expect(svg.contains(#"<path class="series1" d="M660.0 44.0m"#))
  }

  @Test func classesCanBeToldApart() {
    let marks = (0..<ScatterChart.mostClasses).map { SVG.mark(0, 0, series: $0) }
    #expect(Set(marks).count == 28)
  }

  @Test func tooManyClassesLookTheSame() {
    let points = (0..<29).map { ScatterChart.Point(x: Double($0), y: 0, series: $0) }
    let svg = chart(points.map { "class \($0.series)" }, points).svg
    #expect(marks(in: svg) == 29)
    #expect(!svg.contains("class 1<"))
    #expect(!svg.contains(#"<path class="series1""#))
  }

  @Test func noPoints() {
    #expect(marks(in: chart([], []).svg) == 0)
  }
}
