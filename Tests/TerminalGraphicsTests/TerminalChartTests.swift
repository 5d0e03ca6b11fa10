import Reports
import Testing

@testable import TerminalGraphics

@Suite struct TerminalChartTests {
  private func chart(_ y: [Double], name: String = "loss") -> TerminalChart {
    TerminalChart(
      series: [.init(name: name, x: y.indices.map { Double($0 + 1) }, y: y)], xLabel: "epoch")
  }

  private let unicode = TerminalStyle(colours: .none, hasUnicode: true)

  @Test func aLineInASCII() {
    let lines = chart((0...10).map(Double.init)).lines(width: 26, height: 9, style: .plain)
    #expect(
      lines
        == [
          "* loss",
          "10 +                  ****",
          "   |                **    ",
          "   |            ****      ",
          " 5 +       *****          ",
          "   |   ****               ",
          " 0 +***                   ",
          "   +--------+----------+--",
          "            5   epoch 10  ",
        ])
  }

  @Test func brailleDotsAreTheLine() {
    // From the lower left to the upper right corner.
    let lines = chart([0, 10]).lines(width: 40, height: 12, style: unicode)
    #expect(lines.count == 12)
    let plot = lines.dropFirst().dropLast(2).map { Array($0.dropFirst(4)) }
    let dots = plot.map {
      $0.map { cell in cell == " " ? 0 : Int(cell.unicodeScalars.first!.value) - 0x2800 }
    }
    // Unicode chapter 21.1: dots 7 and 4 are the lower left and the upper right one.
    #expect(dots[8][0] & 0x40 != 0 && dots[0][35] & 0x08 != 0)
    // A line of 72 columns has one dot in each.
    #expect(dots.joined().reduce(0) { $0 + $1.nonzeroBitCount } == 72)
  }

  @Test func everySizeHoldsItsLines() {
    let values = (1...50).map { 1e5 / Double($0) }
    var chart = chart(values, name: "a long name of a series 名前")
    chart.series += (1...9).map { .init(name: "series \($0)", x: [1, 50], y: [Double($0), .nan]) }
    chart.marks = [.init(series: 0, point: .init(x: 50, y: values[49]))]
    for (width, height) in [(24, 6), (31, 7), (80, 24), (120, 40)] {
      for style in [unicode, .plain] {
        let lines = chart.lines(width: width, height: height, style: style)
        #expect(lines.count == height)
        #expect(lines.allSatisfy { TerminalText.width(of: $0) <= width })
        #expect(lines.joined().contains(style.hasUnicode ? "◆" : "#"))
      }
    }
    #expect(chart.lines(width: 23, height: 24, style: unicode).isEmpty)
    #expect(chart.lines(width: 80, height: 5, style: unicode).isEmpty)
  }

  @Test func numbersThatAreNotFinite() {
    #expect(chart([.nan, .infinity]).lines(width: 80, height: 24, style: unicode).isEmpty)
    let lines = chart([1, .nan, 3, -.infinity]).lines(width: 80, height: 24, style: .plain)
    #expect(lines.dropFirst().joined().count { $0 == "*" } == 2)
    var marked = chart([1, 2])
    marked.marks = [(1e99, 1), (1, -1e99), (.nan, 1), (1, .infinity)].map {
      .init(series: 0, point: .init(x: $0.0, y: $0.1))
    }
    marked.marks.append(.init(series: 1, point: .init(x: 1, y: 1)))
    #expect(!marked.lines(width: 80, height: 24, style: .plain).joined().contains("#"))
  }

  @Test func widthsAndControlCharacters() {
    #expect(TerminalText.width(of: "loss") == 4)
    #expect(TerminalText.width(of: "名前") == 4)
    #expect(TerminalText.width(of: "e\u{301}🙂") == 3)
    #expect(TerminalText.clipped("名前", to: 3) == "名")
    #expect(TerminalText.wrapped("one two three", to: 7, lines: 9) == ["one two", "three"])
    #expect(TerminalText.wrapped("one two three four", to: 5, lines: 2) == ["one", "two"])
    #expect(TerminalText.wrapped("", to: 5, lines: 2) == [])
    #expect(TerminalText.clipped("a\u{1B}[2Jb\u{202E}\r\n", to: 10) == "a [2Jb  ")
  }
}
