import Testing

@testable import Reports

struct CSVTests {
  @Test func plainTable() throws {
    var table = CSVTable(header: ["epoch", "loss"])
    try table.append(["1", CSVTable.field(105.25)])
    try table.append(["2", CSVTable.field(.nan)])
    #expect(table.text == "epoch,loss\n1,105.25\n2,nan\n")
    #expect(try CSVTable(parsing: table.text) == table)
  }

  @Test func quotingOnlyWhereNeeded() {
    #expect(
      CSVTable.line(["a b", "c,d", "e\"f", "g\nh", "", "i\rj"])
        == "a b,\"c,d\",\"e\"\"f\",\"g\nh\",,\"i\rj\"")
  }

  @Test(arguments: [
    ["plain", "", "a,b", "\"", "\"\"", "\n", "\r\n", "x\ry", " é ", "last"],
    ["", "", "", "", "", "", "", "", "", ""],
  ])
  func roundTrip(row: [String]) throws {
    var table = CSVTable(header: (0..<10).map { "c\($0)" })
    try table.append(row)
    #expect(try CSVTable(parsing: table.text) == table)
  }

  /// As spreadsheets save it.
  @Test func aByteOrderMarkIsIgnored() throws {
    let marked = try CSVTable(parsing: "\u{FEFF}epoch,loss\r\n1,2\r\n")
    #expect(marked.text == "epoch,loss\n1,2\n")
    // A second one belongs to the first name and is kept.
    let twice = try CSVTable(parsing: "\u{FEFF}\u{FEFF}a\n1\n")
    #expect(twice.header[0].unicodeScalars.count == 2)
    #expect(try CSVTable(parsing: twice.text) == twice)
  }

  @Test func textAfterTheRequestedRowsIsIgnored() throws {
    let text = "a,b\n1,2\n3,4\n5,\"6\n,,,"
    #expect(try CSVTable(parsing: text, rows: 2).rows == [["1", "2"], ["3", "4"]])
    #expect(try CSVTable(parsing: text, rows: 0).rows.isEmpty)
    #expect(throws: CSVError.unclosedQuote(line: 4)) { try CSVTable(parsing: text, rows: 3) }
    #expect(try CSVTable(parsing: "a\n1", rows: 9).rows == [["1"]])
  }

  @Test func aQuoteUnderAnAccentIsDoubledToo() throws {
    var table = CSVTable(header: ["\"\u{301}", "x"])
    try table.append(["a\"\u{200D}", "\u{301}\""])
    #expect(table.text == "\"\"\"\u{301}\",x\n\"a\"\"\u{200D}\",\"\u{301}\"\"\"\n")
    #expect(try CSVTable(parsing: table.text) == table)
  }

  /// Comparing these two as texts would take a minute.
  @Test(.timeLimit(.minutes(1))) func aColumnIsFoundAmongRowsOfAccents() throws {
    let hostile = String(repeating: "\u{301}\u{316}", count: 1 << 18)
    let table = try CSVTable(parsing: "\(hostile),loss\n1,2")
    #expect(table.numbers("loss") == [2])
  }

  @Test func aSingleEmptyFieldIsNotABlankLine() throws {
    var table = CSVTable(header: ["c"])
    try table.append([""])
    try table.append(["x"])
    #expect(try CSVTable(parsing: table.text) == table)
  }

  @Test func carriageReturnsAndMissingLastNewline() throws {
    let table = try CSVTable(parsing: "a,b\r\n1,\"2\"\r\n\r\n3,4")
    #expect(table.header == ["a", "b"])
    #expect(table.rows == [["1", "2"], ["3", "4"]])
  }

  @Test func damageIsNamed() {
    #expect(throws: CSVError.empty) { try CSVTable(parsing: "") }
    #expect(throws: CSVError.empty) { try CSVTable(parsing: "\n\r\n") }
    #expect(throws: CSVError.fieldCount(row: 2, found: 1, expected: 2)) {
      try CSVTable(parsing: "a,b\n1,2\n3\n")
    }
    #expect(throws: CSVError.strayQuote(line: 2)) { try CSVTable(parsing: "a,b\n1,2\"\n") }
    #expect(throws: CSVError.strayQuote(line: 1)) { try CSVTable(parsing: "\"a\"b\n") }
    #expect(throws: CSVError.strayQuote(line: 1)) { try CSVTable(parsing: "\"a\"\r\"\n") }
    #expect(throws: CSVError.strayQuote(line: 1)) { try CSVTable(parsing: "\"a\"\r,b\n") }
    #expect(throws: CSVError.unclosedQuote(line: 2)) { try CSVTable(parsing: "a\n\"1\n\n") }
    #expect(throws: CSVError.fieldCount(row: 1, found: 3, expected: 2)) {
      var table = CSVTable(header: ["a", "b"])
      try table.append(["1", "2", "3"])
    }
  }

  @Test func columnsAsNumbers() throws {
    let table = try CSVTable(parsing: "epoch,loss\n1,2.5\n2,nan\n3,oops\n4,inf\n")
    #expect(table.numbers("epoch") == [1, 2, 3, 4])
    let loss = try #require(table.numbers("loss"))
    #expect(loss[0] == 2.5)
    #expect(loss[1].isNaN && loss[2].isNaN)
    #expect(loss[3] == .infinity)
    #expect(table.numbers("other") == nil)
  }

  @Test func numbersAsFields() {
    #expect(CSVTable.field(0) == "0")
    #expect(CSVTable.field(1.0 / 3) == "0.333333")
    #expect(CSVTable.field(-123456.7) == "-123457")
    #expect(CSVTable.field(1e-7) == "1e-07")
    #expect(CSVTable.field(105.3149, digits: 5) == "105.31")
    #expect(CSVTable.field(-.nan) == "nan")
    #expect(CSVTable.field(-.infinity) == "-inf")
    #expect(CSVTable.field(.infinity) == "inf")
  }
}
