import Testing

@testable import Reports

struct SVGTests {
  @Test func escaping() {
    #expect(SVG.escaped("a<b>&\"c'\u{7}µ") == "a&lt;b&gt;&amp;&quot;c&#39; µ")
  }

  @Test func elements() {
    #expect(
      SVG.line(0, 1, 2.25, -0.01, class: "grid")
        == #"<line class="grid" x1="0.0" y1="1.0" x2="2.2" y2="0.0"/>"#)
    #expect(
      SVG.polyline([(1, 2), (3, 4)], class: "series0")
        == #"<polyline class="series0" points="1.0,2.0 3.0,4.0"/>"#)
    #expect(
      SVG.text("<", x: 1, y: 2, class: "end") == #"<text class="end" x="1.0" y="2.0">&lt;</text>"#)
  }

  @Test func seriesAreDistinguishable() {
    #expect(Set((0..<14).map(SVG.seriesClass)).count == 14)
    #expect(SVG.seriesClass(7) == "series0 dashed")
  }
}
