extension HTMLPage {
  /// Returns an HTML document in the style that all pages share.
  ///
  /// - Parameters:
  ///   - title: The title, plain text, which is also the first heading.
  ///   - head: More elements of the head, as HTML.
  ///   - style: The page's own rules, after those that all pages share.
  ///   - body: The content below the heading, as HTML.
  package static func document(
    title: String, head: String = "", style: String, body: String
  ) -> String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    \(head.isEmpty ? "" : head + "\n")<title>\(SVG.escaped(title))</title>
    <style>\(styleText(style))</style>
    </head>
    <body>
    <main>
    <h1>\(SVG.escaped(title))</h1>
    \(body)
    </main>
    </body>
    </html>

    """
  }

  /// Returns the content of the style element of a document whose own rules are `style`, for its
  /// hash in a content security policy.
  package static func styleText(_ style: String) -> String { "\n\(shared)\n\(style)\n" }

  /// The colours of light and dark pages, and the text of both.
  private static let shared = """
    :root {
      color-scheme: light dark;
      --ink: #1c1e21; --quiet: #5c636a; --paper: #ffffff; --line: #d9dce0; --shade: #f4f5f6;
      --link: #0063a0;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --ink: #e6e7e9; --quiet: #a0a6ad; --paper: #16181c; --line: #34383d; --shade: #1f2226;
        --link: #6cb6f0;
      }
    }
    body {
      margin: 0; background: var(--paper); color: var(--ink);
      font: 16px/1.55 system-ui, sans-serif;
    }
    main { max-width: 56rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; overflow-wrap: break-word; }
    h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 1rem; }
    """
}
