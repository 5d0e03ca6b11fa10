import Foundation
import Reports
import Testing

struct HTMLPageTests {
  private let page = HTMLPage(
    title: "A <page> & \"more\"",
    blocks: [
      .heading("One"), .paragraph("a < b"), .png([1, 2, 3], caption: "three bytes"),
      .svg("<svg/>", caption: "empty"),
      .table(header: ["model", "loss"], rows: [["dcgan", "0.5"], ["<b>", "none"]]),
    ])

  @Test func textIsEscapedEverywhere() {
    #expect(page.html.contains("<title>A &lt;page&gt; &amp; &quot;more&quot;</title>"))
    #expect(page.html.contains("<p>a &lt; b</p>"))
    #expect(page.html.contains("<td>&lt;b&gt;</td>"))
    #expect(!page.html.contains("<b>"))
  }

  @Test func aCharacterUnderAnAccentIsEscapedToo() {
    let page = HTMLPage(title: "<\u{301}b>\"\u{301}", blocks: [])
    #expect(page.html.contains("<title>&lt;\u{301}b&gt;&quot;\u{301}</title>"))
  }

  @Test func nothingComesFromElsewhere() {
    #expect(page.html.contains("src=\"data:image/png;base64,AQID\""))
    #expect(
      page.html.contains("data:image/svg+xml;base64,\(Data("<svg/>".utf8).base64EncodedString())"))
    for foreign in ["http:", "https:", "<script", "<link", "@import", "url("] {
      #expect(!page.html.contains(foreign), "\(foreign)")
    }
  }

  @Test func numbersAreSetToTheRight() {
    #expect(page.html.contains("<td class=\"number\">0.5</td>"))
    #expect(page.html.contains("<td>none</td>"))
  }
}
