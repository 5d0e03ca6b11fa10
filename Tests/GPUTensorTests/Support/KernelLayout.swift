/// Checks the layout of a kernel file, line by line: indentation by braces, columns and spaces.
///
/// A statement is two columns deeper than the line that opened its braces; a `}` is at that line's
/// own column. The body of a macro is two columns deeper than its `#define`. A line that continues
/// another may be deeper, and the statement of a `for`, `if` or `while` without braces is exactly
/// two columns deeper.
struct KernelLayout {
  /// The mistakes, as `line: reason`.
  private(set) var mistakes: [String] = []

  /// The columns of the lines that opened the braces around the current line, outermost first.
  private var openers: [Int] = []
  /// The parentheses that are open at the end of the last line.
  private var parentheses = 0
  /// The column of the current statement's first line, and of the last line.
  private var statement = 0, previous = 0
  /// How the last line ended.
  private var end = End.statement
  private var isInMacro = false

  private enum End { case statement, head, open }

  init(_ source: String) {
    let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      for mistake in [Self.checkBlanks(line), check(line)].compactMap(\.self) {
        mistakes.append("\(index + 1): \(mistake)")
      }
    }
    if !openers.isEmpty || parentheses != 0 { mistakes.append("the end: braces do not match") }
  }

  private static func checkBlanks(_ line: Substring) -> String? {
    if line.contains("\t") { return "a tab" }
    if line.last == " " { return "a blank at the end" }
    return line.count > 100 ? "\(line.count) columns" : nil
  }

  private mutating func check(_ line: Substring) -> String? {
    let isContinued = line.last == "\\"
    defer { if isInMacro, !isContinued { leaveMacro() } }
    if line.hasPrefix("#") {
      if isContinued, line.hasPrefix("#define ") { enterMacro() }
      return nil
    }
    var code = Self.code(isContinued ? line.dropLast() : line)
    let column = code.prefix { $0 == " " }.count
    code = code.dropFirst(column)
    if code.isEmpty { return line.contains("//") ? checkComment(line) : nil }
    return checkCode(code, at: column)
  }

  private var block: Int { openers.last.map { $0 + 2 } ?? 0 }

  private func checkComment(_ line: Substring) -> String? {
    let column = line.prefix { $0 == " " }.count
    guard end == .statement, column != block else { return nil }
    return "a comment at column \(column), not \(block)"
  }

  private mutating func checkCode(_ code: Substring, at column: Int) -> String? {
    let closes = code.first == "}"
    let wanted: ClosedRange<Int>
    if parentheses > 0 {
      wanted = statement + 1...100
    } else if closes {
      wanted = (openers.last ?? 0)...(openers.last ?? 0)
    } else {
      switch end {
      case .statement: wanted = block...block
      case .head: wanted = previous + 2...previous + 2
      case .open: wanted = openers.isEmpty ? 0...100 : block...100
      }
    }
    if parentheses == 0 { statement = column }
    for character in code {
      switch character {
      case "(", "[": parentheses += 1
      case ")", "]": parentheses -= 1
      case "{": openers.append(statement)
      case "}": _ = openers.popLast()
      default: break
      }
    }
    previous = statement
    end = Self.end(of: code, isInside: parentheses > 0)
    return wanted.contains(column) ? nil : "column \(column), not \(wanted.lowerBound)"
  }

  private static func end(of code: Substring, isInside: Bool) -> End {
    if isInside { return .open }
    if let last = code.last, ";{}".contains(last) { return .statement }
    let isHead = code.last == ")" && code.contains(/\b(for|if|while) \(|\bFOR_\w+\(/)
    return isHead || code == "else" ? .head : .open
  }

  private mutating func enterMacro() {
    openers.append(0)
    end = .statement
    isInMacro = true
  }

  private mutating func leaveMacro() {
    if openers.count == 1, parentheses == 0 { openers = [] }
    end = .statement
    isInMacro = false
  }

  /// Returns a line without comments and without the contents of strings.
  private static func code(_ line: Substring) -> Substring {
    var code = line.replacing(/"[^"]*"/, with: "\"\"").replacing(/\/\*.*?\*\//, with: "")
    if let comment = code.firstRange(of: "//") { code = code[..<comment.lowerBound] }
    while code.last == " " { code.removeLast() }
    return code[...]
  }
}
