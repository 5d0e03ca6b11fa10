/// The command line that a shell splits into exactly these words.
func shellCommand(_ words: [String]) -> String {
  words.map(\.quotedForShell).joined(separator: " ")
}

extension String {
  /// The string as one word of a shell's command line. The word has no control characters, so it
  /// stays intact if a message escapes them.
  var quotedForShell: String {
    if escapingControlCharacters != self { return quotedWithEscapes }
    // If a word begins with an equals sign, zsh replaces it by the path of a command.
    let isPlain = !isEmpty && first != "=" && utf8.allSatisfy { Self.plain.contains($0) }
    if isPlain { return self }
    // Split by scalars: a quote with an accent is one character, which differs from a bare quote.
    let parts = unicodeScalars.split(separator: "'", omittingEmptySubsequences: false)
    return "'" + parts.map { String($0) }.joined(separator: "'\\''") + "'"
  }

  /// The form `$'…'`, which bash, zsh, ksh and POSIX since 2024 have.
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
