import Foundation

/// A self-contained HTML page with text, tables and pictures, for light and dark colour schemes and
/// any width. It loads nothing: a browser would not let it. Its script shows the values of charts
/// and chooses among pictures; all else is there without it.
public struct HTMLPage: Sendable {
  /// A part of a page.
  public enum Block: Sendable {
    /// A heading of level 2.
    case heading(String)
    /// A heading of level 3.
    case subheading(String)
    /// A paragraph of plain text.
    case paragraph(String)
    /// A paragraph that the reader must not miss.
    case caution(String)
    /// Commands or output, with their own line breaks.
    case code(String)
    /// Pictures side by side, as many as fit; `width` is their minimum width in em.
    case gallery([Picture], width: Int)
    /// A chart with a caption, in a version for wide and one for narrow windows.
    case chart(LineChart, caption: String)
    /// A table; columns of numbers are right-aligned. In a narrow window a table of more than three
    /// columns has its fields below each other.
    case table(header: [String], rows: [[String]])
    /// Small tables side by side, as many as fit, each with a heading of level 3.
    case tables([(title: String, header: [String], rows: [[String]])])
    /// Names with their values.
    case properties([(name: String, value: String)])
    /// Pictures of which one is shown large, at first the last.
    case reel(Reel)
    /// Links, with what each leads to.
    case links([(text: String, target: String)])
  }

  /// The bytes of a PNG file with a caption.
  public struct Picture: Sendable {
    let png: [UInt8]
    let caption: String
    let link: String?

    /// Makes a picture with its caption, and the path of a file that it links to, relative to the
    /// page.
    public init(png: [UInt8], caption: String, link: String? = nil) {
      self.png = png
      self.caption = caption
      self.link = link
    }
  }

  /// The page's title, which is also its first heading.
  public var title: String
  /// The blocks, from top to bottom.
  public var blocks: [Block]

  /// Makes a page.
  public init(title: String, blocks: [Block] = []) {
    self.title = title
    self.blocks = blocks
  }

  /// The page as HTML.
  public var html: String {
    Self.document(
      title: title, head: Self.policy, style: "\(Self.style)\n\(SVG.rules)",
      body: blocks.map(Self.html).joined(separator: "\n") + "\n<script>\(Self.script)</script>")
  }

  /// The element that forbids the page to load anything.
  private static let policy = """
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; \
    style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
    """

  private static func html(_ block: Block) -> String {
    switch block {
    case .heading(let text): "<h2>\(SVG.escaped(text))</h2>"
    case .subheading(let text): "<h3>\(SVG.escaped(text))</h3>"
    case .paragraph(let text): "<p>\(SVG.escaped(text))</p>"
    case .caution(let text): "<p class=\"caution\">\(SVG.escaped(text))</p>"
    case .code(let text): "<pre>\(SVG.escapedLines(text))</pre>"
    case .gallery(let pictures, let width):
      """
      <div class="gallery" style="--width: \(width)rem">
      \(pictures.map(html).joined(separator: "\n"))
      </div>
      """
    case .chart(let chart, let caption):
      figure(
        """
        <div class="for-wide">\(chart.element)</div>
        <div class="for-narrow">\(chart.narrow.element)</div>
        """, caption)
    case .table(let header, let rows): table(header, rows)
    case .tables(let tables):
      """
      <div class="gallery" style="--width: 17rem">
      \(tables.map {
        "<section>\n<h3>\(SVG.escaped($0.title))</h3>\n\(table($0.header, $0.rows))\n</section>"
      }.joined(separator: "\n"))
      </div>
      """
    case .properties(let properties): list(properties)
    case .reel(let reel): html(reel)
    case .links(let links):
      """
      <ul class="links">
      \(links.map { "<li>\(link(to: $0.target, SVG.escaped($0.text)))</li>" }
        .joined(separator: "\n"))
      </ul>
      """
    }
  }

  private static func html(_ picture: Picture) -> String {
    figure(image(picture), picture.caption)
  }

  /// Returns the picture without its caption, on a line of its own.
  static func image(_ picture: Picture) -> String {
    let data = Data(picture.png).base64EncodedString()
    return
      #"<img src="data:image/png;base64,\#(data)" alt="\#(SVG.escaped(picture.caption))">"#
  }

  static func link(to target: String, _ content: String) -> String {
    #"<a href="\#(SVG.escaped(target))">\#(content)</a>"#
  }

  static func figure(_ content: String, _ caption: String) -> String {
    """
    <figure>
    \(content)
    <figcaption>\(SVG.escaped(caption))</figcaption>
    </figure>
    """
  }

  private static func table(_ header: [String], _ rows: [[String]]) -> String {
    let isNumeric = header.indices.map { column in
      let fields = rows.map { $0[column] }.filter { !$0.isEmpty }
      return !fields.isEmpty && fields.allSatisfy { Double($0) != nil }
    }
    // The names of columns stand beside the fields if these are below each other.
    let isWide = header.count > 3
    func row(_ fields: [String], _ tag: String) -> String {
      let cells = fields.indices.map { column in
        let (name, field) = (SVG.escaped(header[column]), fields[column])
        let kind = isNumeric[column] || Double(field) != nil ? " class=\"number\"" : ""
        let label = isWide && tag == "td" && !field.isEmpty ? " data-label=\"\(name)\"" : ""
        return "<\(tag)\(kind)\(label)>\(SVG.escaped(field))</\(tag)>"
      }
      return "<tr>\(cells.joined())</tr>"
    }
    let lines = [row(header, "th")] + rows.map { row($0, "td") }
    return """
      <div class="scroll"><table\(isWide ? " class=\"wide\"" : "")>
      \(lines.joined(separator: "\n"))
      </table></div>
      """
  }

  static func list(_ properties: [(name: String, value: String)]) -> String {
    let lines = properties.map {
      "<dt>\(SVG.escaped($0.name))</dt><dd>\(SVG.escaped($0.value))</dd>"
    }
    return "<dl>\n\(lines.joined(separator: "\n"))\n</dl>"
  }
}
