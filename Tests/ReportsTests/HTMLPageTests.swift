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
    #expect(page.html.contains("default-src 'none'"))
    for foreign in ["http:", "https:", "<script src", "<link", "@import", "url("] {
      #expect(!page.html.contains(foreign), "\(foreign)")
    }
  }

  /// A chart is drawn twice, and each window width shows one of the two.
  @Test func chartsAreForWideAndForNarrowWindows() {
    let html = page.html
    #expect(
      html.contains("<div class=\"for-wide\"><svg data-x=\"x\" class=\"line-chart\" width=\"800\""))
    #expect(
      html.contains(
        "<div class=\"for-narrow\"><svg data-x=\"x\" class=\"line-chart\" width=\"400\""))
    #expect(html.components(separatedBy: "<polyline class=\"series0\"").count == 5)
    #expect(html.components(separatedBy: "<style>").count == 2)
  }

  @Test func theNewestPictureOfAReelIsLarge() {
    let pictures = [[1], [2], [3]].map {
      HTMLPage.Picture(png: $0, caption: "epoch \($0[0])", link: "\($0[0]).png")
    }
    let reel = HTMLPage.Reel(pictures, facts: [("seed", "1")])
    let html = HTMLPage(title: "", blocks: [.reel(reel)]).html
    let shown = html.matches(of: /alt="epoch (\d)"/).map { $0.1 }
    #expect(shown == ["3", "3", "2", "1"])
    #expect(html.contains("<a href=\"1.png\">") && html.contains("max=\"3\""))
    let single = HTMLPage(title: "", blocks: [.reel(HTMLPage.Reel([pictures[0]]))]).html
    #expect(!single.contains("<input") && single.matches(of: /alt="epoch/).count == 1)
  }

  /// The fields of a wide table can stand below each other, each beside the name of its column.
  @Test func fieldsOfWideTablesHaveNames() {
    let header = ["model", "a", "b<", "c"]
    let table = HTMLPage.Block.table(header: header, rows: [["vae", "1", "2", ""]])
    let html = HTMLPage(title: "", blocks: [table]).html
    #expect(html.contains("<table class=\"wide\">"))
    #expect(html.contains("<td class=\"number\" data-label=\"b&lt;\">2</td><td></td></tr>"))
    #expect(!page.html.contains("data-label=\""))
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
