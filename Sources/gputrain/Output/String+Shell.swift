/// The words as a command line that a shell takes apart into just these.
func shellCommand(_ words: [String]) -> String {
  words.map(\.quotedForShell).joined(separator: " ")
}

extension String {
  /// The string as one word of a shell's command line. It holds no control characters, so that it
  /// is whole where these are escaped or end a line.
  var quotedForShell: String {
    if escapingControlCharacters != self { return quotedWithEscapes }
    // In front of a word, zsh takes an equals sign for the beginning of a command's name.
    let isPlain = !isEmpty && first != "=" && utf8.allSatisfy { Self.plain.contains($0) }
    if isPlain { return self }
    // By scalars: a quote under an accent is one character, and not equal to a bare quote.
    let parts = unicodeScalars.split(separator: "'", omittingEmptySubsequences: false)
    return "'" + parts.map { String($0) }.joined(separator: "'\\''") + "'"
  }

  /// The form `$'…'`, which bash, zsh, ksh and POSIX's shell from 2024 on know.
  private var quotedWithEscapes: String {
    let escaped = unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar {
      case "\n": text += "\\n"
      case "\\", "'": text += "\\\(scalar)"
      case _ where String(scalar).escapingControlCharacters != String(scalar):
        for byte in String(scalar).utf8 {
          let digits = String(byte, radix: 8)
          text += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
        }
      default: text.unicodeScalars.append(scalar)
      }
    }
    return "$'\(escaped)'"
  }

  private static let plain = Set(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./:,=+@".utf8)
}
