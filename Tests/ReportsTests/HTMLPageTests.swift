import Foundation
import Reports
import Testing

struct HTMLPageTests {
  private let page = HTMLPage(
    title: "A <page> & \"more\"",
    blocks: [
      .heading("One"), .paragraph("a < b"), .code("a <\nb"),
      .gallery(
        [
          HTMLPage.Picture(png: [1, 2, 3], caption: "three <bytes>"),
          HTMLPage.Picture(png: [4], caption: "one"),
        ], width: 10),
      .chart(
        LineChart(
          title: "<c>", xLabel: "x", yLabel: "y", series: [.init(name: "s", x: [1, 2], y: [3, 4])]),
        caption: "a chart"),
      .table(header: ["model", "loss"], rows: [["dcgan", "0.5"], ["<b>", "none"]]),
      .properties([("seed", "<b>1")]),
    ])

  @Test func textIsEscapedEverywhere() {
    #expect(page.html.contains("<title>A &lt;page&gt; &amp; &quot;more&quot;</title>"))
    #expect(page.html.contains("<p>a &lt; b</p>"))
    #expect(page.html.contains("<td>&lt;b&gt;</td>"))
    #expect(page.html.contains("<dt>seed</dt><dd>&lt;b&gt;1</dd>"))
    #expect(page.html.contains("<pre>a &lt;\nb</pre>"))
    #expect(page.html.contains("alt=\"three &lt;bytes&gt;\""))
    #expect(!page.html.contains("<b>"))
  }

  @Test func aCharacterUnderAnAccentIsEscapedToo() {
    let page = HTMLPage(title: "<\u{301}b>\"\u{301}", blocks: [])
    #expect(page.html.contains("<title>&lt;\u{301}b&gt;&quot;\u{301}</title>"))
  }

  @Test func thePageIsSelfContained() {
    #expect(page.html.contains("src=\"data:image/png;base64,AQID\""))
    for foreign in ["http:", "https:", "<script", "<link", "@import", "url("] {
      #expect(!page.html.contains(foreign), "\(foreign)")
    }
  }

  /// A chart is drawn twice, and each window width shows one of the two.
  @Test func chartsAreForWideAndForNarrowWindows() {
    let html = page.html
    #expect(html.contains("<div class=\"for-wide\"><svg class=\"line-chart\" width=\"800\""))
    #expect(html.contains("<div class=\"for-narrow\"><svg class=\"line-chart\" width=\"400\""))
    #expect(html.components(separatedBy: "<polyline class=\"series0\"").count == 5)
    #expect(html.components(separatedBy: "<style>").count == 2)
  }

  @Test func numbersAreRightAligned() {
    #expect(page.html.contains("<td class=\"number\">0.5</td>"))
    #expect(page.html.contains("<td>none</td>"))
    let table = HTMLPage.Block.table(header: ["a", "b"], rows: [["1", "x"], ["", "y"]])
    #expect(
      HTMLPage(title: "", blocks: [table]).html.contains(
        "<tr><th class=\"number\">a</th><th>b</th></tr>"))
  }
}
