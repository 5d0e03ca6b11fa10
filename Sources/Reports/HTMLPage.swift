import Foundation

/// A self-contained HTML page with text, tables and pictures, for light and dark colour schemes and
/// any width, without scripts or references to other files.
public struct HTMLPage: Sendable {
  /// A part of a page.
  public enum Block: Sendable {
    /// A heading of level 2.
    case heading(String)
    /// A paragraph of plain text.
    case paragraph(String)
    /// Commands or output, with their own line breaks.
    case code(String)
    /// Pictures side by side, as many as fit; `width` is their minimum width in em.
    case gallery([Picture], width: Int)
    /// A chart with a caption, in a version for wide and one for narrow windows.
    case chart(LineChart, caption: String)
    /// A table; columns of numbers are right-aligned.
    case table(header: [String], rows: [[String]])
    /// Names with their values.
    case properties([(name: String, value: String)])
  }

  /// The bytes of a PNG file with a caption.
  public struct Picture: Sendable {
    let png: [UInt8]
    let caption: String

    /// Makes a picture with its caption.
    public init(png: [UInt8], caption: String) {
      self.png = png
      self.caption = caption
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
      title: title, style: "\(Self.style)\n\(SVG.rules)",
      body: blocks.map(Self.html).joined(separator: "\n"))
  }

  private static func html(_ block: Block) -> String {
    switch block {
    case .heading(let text): "<h2>\(SVG.escaped(text))</h2>"
    case .paragraph(let text): "<p>\(SVG.escaped(text))</p>"
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
    case .properties(let properties): list(properties)
    }
  }

  private static func html(_ picture: Picture) -> String {
    let data = Data(picture.png).base64EncodedString()
    let text = SVG.escaped(picture.caption)
    return figure(
      #"<img src="data:image/png;base64,\#(data)" alt="\#(text)">"#, picture.caption)
  }

  private static func figure(_ content: String, _ caption: String) -> String {
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
    func row(_ fields: [String], _ tag: String) -> String {
      let cells = zip(fields, isNumeric).map { field, isNumeric in
        let kind = isNumeric || Double(field) != nil ? " class=\"number\"" : ""
        return "<\(tag)\(kind)>\(SVG.escaped(field))</\(tag)>"
      }
      return "<tr>\(cells.joined())</tr>"
    }
    let lines = [row(header, "th")] + rows.map { row($0, "td") }
    return "<div class=\"scroll\"><table>\n\(lines.joined(separator: "\n"))\n</table></div>"
  }

  private static func list(_ properties: [(name: String, value: String)]) -> String {
    let lines = properties.map {
      "<dt>\(SVG.escaped($0.name))</dt><dd>\(SVG.escaped($0.value))</dd>"
    }
    return "<dl>\n\(lines.joined(separator: "\n"))\n</dl>"
  }

  private static let style = """
    img { border-radius: 4px; }
    @media (prefers-color-scheme: dark) { img { filter: brightness(.85); } }
    h2 {
      font-size: 1.25rem; margin: 2.5rem 0 .5rem;
      border-top: 1px solid var(--line); padding-top: 1.5rem;
    }
    figure { margin: 1.25rem 0; }
    img, .line-chart { max-width: 100%; height: auto; display: block; }
    figcaption { color: var(--quiet); font-size: .9rem; margin-top: .4rem; }
    .gallery {
      display: grid; gap: 1rem;
      grid-template-columns: repeat(auto-fill, minmax(min(var(--width), 100%), 1fr));
    }
    .gallery figure { margin: 0; }
    .gallery img { width: 100%; }
    .for-narrow { display: none; }
    @media (max-width: 40rem) { .for-wide { display: none; } .for-narrow { display: block; } }
    .scroll { overflow-x: auto; }
    table { border-collapse: collapse; font-size: .9rem; }
    th, td { text-align: left; padding: .3rem .9rem .3rem 0; border-bottom: 1px solid var(--line); }
    th, td:not(:first-child) { white-space: nowrap; }
    td:first-child { min-width: 6rem; }
    .number { text-align: right; font-variant-numeric: tabular-nums; }
    dl {
      display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.25rem;
      font-size: .9rem; margin: 1rem 0;
    }
    dt { color: var(--quiet); }
    dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
    pre {
      background: var(--shade); padding: .75rem 1rem; border-radius: 4px; font-size: .85rem;
      white-space: pre-wrap; overflow-wrap: anywhere;
    }
    """
}
