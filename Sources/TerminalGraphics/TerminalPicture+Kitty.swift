import Foundation
import Images

extension TerminalPicture {
  /// Returns the escape sequences that draw the picture at the cursor by kitty's graphics protocol,
  /// in an area of columns × rows cells; nil if either is empty. The cursor stays, and the terminal
  /// does not answer.
  ///
  /// - Parameter id: The picture's number, 1...4294967295, by which it is replaced and removed.
  package func kitty(columns: Int, rows: Int, cell: Cell, id: UInt32) -> String? {
    let size = (width: columns * cell.width, height: rows * cell.height)
    guard let png = try? scaled(width: size.width, height: size.height)?.png() else { return nil }
    let data = Array(Data(png).base64EncodedString().utf8)
    let starts = Array(stride(from: 0, to: data.count, by: Self.kittyChunk))
    return starts.map { start in
      let end = min(start + Self.kittyChunk, data.count)
      let keys = start == 0 ? "a=T,f=100,t=d,i=\(id),p=1,C=1,q=2," : ""
      let chunk = String(decoding: data[start..<end], as: UTF8.self)
      return "\u{1B}_G\(keys)m=\(end < data.count ? 1 : 0);\(chunk)\u{1B}\\"
    }.joined()
  }

  /// The escape sequence that removes a picture of kitty's protocol from the screen and from the
  /// terminal's memory.
  package static func kittyRemoval(id: UInt32) -> String { "\u{1B}_Ga=d,d=I,i=\(id),q=2\u{1B}\\" }

  /// The most bytes of base64 in a sequence.
  private static let kittyChunk = 4096
}
