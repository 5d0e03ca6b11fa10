extension HTMLPage {
  /// Pictures of which one is shown large, at first the last. A slider and small pictures below it
  /// choose another; without scripts the small ones are links to files.
  public struct Reel: Sendable {
    /// The pictures in the order of time.
    public var pictures: [Picture]
    /// Names with values, beside the large picture if there is room.
    public var facts: [(name: String, value: String)]

    /// Makes a reel.
    public init(_ pictures: [Picture], facts: [(name: String, value: String)] = []) {
      self.pictures = pictures
      self.facts = facts
    }
  }

  /// Returns a reel as HTML: the newest picture first.
  static func html(_ reel: Reel) -> String {
    guard let newest = reel.pictures.last else { return list(reel.facts) }
    let count = reel.pictures.count
    let slider = """
      <input type="range" min="1" max="\(count)" value="\(count)" aria-label="picture" hidden>
      """
    let small = reel.pictures.reversed().map { picture in
      let content = "\n\(image(picture))\n\(SVG.escaped(picture.caption))"
      return picture.link.map { link(to: $0, content) } ?? "<span>\(content)</span>"
    }
    let strip = "<div class=\"strip\">\n\(small.joined(separator: "\n"))\n</div>"
    return """
      <div class="reel">
      <div class="beside">
      <div class="large">
      \(figure(image(newest), newest.caption))\(count > 1 ? "\n" + slider : "")
      </div>\(reel.facts.isEmpty ? "" : "\n" + list(reel.facts))
      </div>\(count > 1 ? "\n" + strip : "")
      </div>
      """
  }
}
