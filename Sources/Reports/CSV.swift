import Foundation

/// A table in comma-separated values (RFC 4180): a header, and rows with the same number of fields.
///
/// Written with `\n` at the end of each line; read with `\n` or `\r\n`, and with or without a
/// byte-order mark.
public struct CSVTable: Sendable, Equatable {
  /// The names of the columns.
  public let header: [String]
  /// The rows, each as long as the header.
  public private(set) var rows: [[String]]

  /// Makes a table without rows.
  public init(header: [String]) {
    self.header = header
    self.rows = []
  }

  /// Reads a table whose first line is the header: all rows, or the first `count` without a look at
  /// the others.
  ///
  /// - Throws: `CSVError` for an empty text, a stray or unclosed quote, or a row of another length
  ///   than the header's.
  public init(parsing text: String, rows count: Int? = nil) throws(CSVError) {
    var records = try Self.records(of: text, atMost: count.map { $0 + 1 } ?? .max)
    guard !records.isEmpty else { throw .empty }
    self.header = records.removeFirst()
    self.rows = []
    for (index, row) in records.enumerated() {
      guard row.count == header.count else {
        throw .fieldCount(row: index + 1, found: row.count, expected: header.count)
      }
      rows.append(row)
    }
  }

  /// Adds a row.
  ///
  /// - Throws: `CSVError.fieldCount` if its length differs from the header's.
  public mutating func append(_ row: [String]) throws(CSVError) {
    guard row.count == header.count else {
      throw .fieldCount(row: rows.count + 1, found: row.count, expected: header.count)
    }
    rows.append(row)
  }

  /// Returns a column as numbers, with NaN for a field that is not a number; nil if there is no
  /// such column.
  public func numbers(_ column: String) -> [Double]? {
    // Compares bytes: Swift's comparison of texts sorts combining marks, which can take hours.
    let index = header.firstIndex { $0.utf8.elementsEqual(column.utf8) }
    guard let index else { return nil }
    return rows.map { Double($0[index]) ?? .nan }
  }

  /// The whole table as text.
  public var text: String {
    ([header] + rows).map { Self.line($0) + "\n" }.joined()
  }

  /// One line of fields, quoted where needed, without a line end.
  public static func line(_ fields: [String]) -> String {
    // A single empty field without quotes would be read as a blank line.
    if fields == [""] { return "\"\"" }
    return fields.map(quoted).joined(separator: ",")
  }

  /// Formats a number with at most `digits` significant digits, a point and no grouping, whatever
  /// the locale; `nan`, `inf` and `-inf` for values that are not finite.
  public static func field(_ value: Double, digits: Int = 6) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value > 0 ? "inf" : "-inf" }
    return String(format: "%.\(digits)g", value)
  }

  private static func quoted(_ field: String) -> String {
    // A byte-order mark must be quoted, because it is ignored before the first field.
    let special: Set<Unicode.Scalar> = [",", "\"", "\n", "\r", CSVParser.byteOrderMark]
    guard field.unicodeScalars.contains(where: special.contains) else { return field }
    // Compares scalars: a quote with a combining accent is a character that differs from a quote.
    let parts = field.unicodeScalars.split(separator: "\"", omittingEmptySubsequences: false)
    return "\"" + parts.map { String($0) }.joined(separator: "\"\"") + "\""
  }
}

/// Why a text is not a table.
public enum CSVError: Error, Equatable, CustomStringConvertible {
  /// The text has no header.
  case empty
  /// A row, counted from 1 without the header, has another number of fields than the header.
  case fieldCount(row: Int, found: Int, expected: Int)
  /// A quote inside an unquoted field, or text after a closing one, on a line counted from 1.
  case strayQuote(line: Int)
  /// A quoted field, begun on a line counted from 1, has no closing quote.
  case unclosedQuote(line: Int)

  /// One line: what is wrong and where.
  public var description: String {
    switch self {
    case .empty:
      "the CSV table is empty; a header line is needed"
    case .fieldCount(let row, let found, let expected):
      "CSV row \(row) has \(found) fields, but the header has \(expected); correct or remove it"
    case .strayQuote(let line):
      "CSV line \(line) has a quote out of place; a quote inside a quoted field is doubled"
    case .unclosedQuote(let line):
      "the quoted CSV field begun on line \(line) has no closing quote; the file may be cut off"
    }
  }
}

extension CSVTable {
  /// Returns the first lines of a text as fields. Skips blank lines.
  private static func records(of text: String, atMost count: Int) throws(CSVError) -> [[String]] {
    var parser = CSVParser()
    let isMarked = text.unicodeScalars.first == CSVParser.byteOrderMark
    for scalar in text.unicodeScalars.dropFirst(isMarked ? 1 : 0) {
      try parser.read(scalar)
      if parser.records.count == count { return parser.records }
    }
    return try parser.finish()
  }
}

/// A state machine over Unicode scalars (as a `Character`, `\r\n` is one element).
private struct CSVParser {
  private enum State {
    case fieldStart
    case bare
    case quoted
    case quoteInQuoted
    case closedBeforeNewline
  }

  static let byteOrderMark: Unicode.Scalar = "\u{FEFF}"

  private(set) var records: [[String]] = []
  private var record: [String] = []
  private var field = String.UnicodeScalarView()
  private var state = State.fieldStart
  private var line = 1
  private var quoteLine = 1

  mutating func read(_ scalar: Unicode.Scalar) throws(CSVError) {
    switch (state, scalar) {
    case (.quoted, "\""):
      state = .quoteInQuoted
    case (.quoteInQuoted, "\""):
      field.append(scalar)
      state = .quoted
    case (.quoted, _):
      field.append(scalar)
    case (.fieldStart, "\""):
      state = .quoted
      quoteLine = line
    case (_, "\n"):
      endRecord()
    case (.quoteInQuoted, "\r"):
      state = .closedBeforeNewline
    case (.closedBeforeNewline, _):
      throw .strayQuote(line: line)
    case (_, ","):
      endField()
    case (.quoteInQuoted, _), (.bare, "\""):
      throw .strayQuote(line: line)
    default:
      field.append(scalar)
      state = .bare
    }
    if scalar == "\n" { line += 1 }
  }

  mutating func finish() throws(CSVError) -> [[String]] {
    if state == .quoted { throw .unclosedQuote(line: quoteLine) }
    endRecord()
    return records
  }

  private mutating func endField() {
    record.append(String(field))
    field = String.UnicodeScalarView()
    state = .fieldStart
  }

  private mutating func endRecord() {
    if state == .bare, field.last == "\r" { field.removeLast() }
    let isQuoted = state == .quoteInQuoted || state == .closedBeforeNewline
    let isBlank = record.isEmpty && field.isEmpty && !isQuoted
    endField()
    if !isBlank { records.append(record) }
    record = []
  }
}
