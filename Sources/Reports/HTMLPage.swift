import Foundation

/// A page in one file: text, tables and pictures, light and dark, without scripts or links to others.
public struct HTMLPage: Sendable {
  /// A part of a page.
  public enum Block: Sendable {
    /// A heading of level 2.
    case heading(String)
    /// A paragraph of plain text.
    case paragraph(String)
    /// A PNG picture with a caption.
    case png([UInt8], caption: String)
    /// An SVG picture with a caption.
    case svg(String, caption: String)
    /// A table; numbers are set to the right.
    case table(header: [String], rows: [[String]])
  }

  /// The page's title, which is also its first heading.
  public var title: String
  /// Its parts, from top to bottom.
  public var blocks: [Block]

  /// A page.
  public init(title: String, blocks: [Block] = []) {
    self.title = title
    self.blocks = blocks
  }

  /// The whole file.
  public var html: String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(SVG.escaped(title))</title>
    <style>
    \(Self.style)
    </style>
    </head>
    <body>
    <main>
    <h1>\(SVG.escaped(title))</h1>
    \(blocks.map(Self.html).joined(separator: "\n"))
    </main>
    </body>
    </html>

    """
  }

  private static func html(_ block: Block) -> String {
    switch block {
    case .heading(let text): "<h2>\(SVG.escaped(text))</h2>"
    case .paragraph(let text): "<p>\(SVG.escaped(text))</p>"
    case .png(let bytes, let caption): figure("image/png", Data(bytes), caption)
    case .svg(let text, let caption): figure("image/svg+xml", Data(text.utf8), caption)
    case .table(let header, let rows): table(header, rows)
    }
  }

  /// Pictures are part of the file; an SVG as an image keeps its style to itself.
  private static func figure(_ type: String, _ data: Data, _ caption: String) -> String {
    """
    <figure>
    <img src="data:\(type);base64,\(data.base64EncodedString())" alt="\(SVG.escaped(caption))">
    <figcaption>\(SVG.escaped(caption))</figcaption>
    </figure>
    """
  }

  private static func table(_ header: [String], _ rows: [[String]]) -> String {
    func row(_ fields: [String], _ tag: String) -> String {
      let cells = fields.map { field in
        let kind = Double(field) == nil ? "" : " class=\"number\""
        return "<\(tag)\(kind)>\(SVG.escaped(field))</\(tag)>"
      }
      return "<tr>\(cells.joined())</tr>"
    }
    let lines = [row(header, "th")] + rows.map { row($0, "td") }
    return "<div class=\"wide\"><table>\n\(lines.joined(separator: "\n"))\n</table></div>"
  }

  private static let style = """
    :root { color-scheme: light dark; --ink: #1c1e21; --quiet: #5c636a; --paper: #ffffff; --line: #d9dce0; }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #e6e7e9; --quiet: #a0a6ad; --paper: #16181b; --line: #34383d; }
    }
    body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
    main { max-width: 56rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
    h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 1rem; }
    h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; border-top: 1px solid var(--line); padding-top: 1.5rem; }
    figure { margin: 1.25rem 0; }
    img { max-width: 100%; height: auto; display: block; }
    figcaption { color: var(--quiet); font-size: .9rem; margin-top: .4rem; }
    .wide { overflow-x: auto; }
    table { border-collapse: collapse; font-size: .9rem; }
    th, td { text-align: left; padding: .3rem .9rem .3rem 0; border-bottom: 1px solid var(--line); }
    .number { text-align: right; font-variant-numeric: tabular-nums; }
    """
}
