import Testing

@testable import Reports

struct ProgressBarTests {
  /// Collects what a bar writes.
  final class Sink {
    var text: [String] = []
  }

  let line = ProgressLine(epoch: 1, epochs: 2, fraction: 0.25, losses: [("loss", 3)])
  let start = ContinuousClock.now

  func bar(isInteractive: Bool, sink: Sink) -> ProgressBar {
    ProgressBar(
      terminal: Terminal(isInteractive: isInteractive, hasColor: false, hasUnicode: false),
      width: { 80 }, timeOfDay: { "17:04:09" }, write: { sink.text.append($0) })
  }

  @Test func aTerminalLineIsRewritten() {
    let sink = Sink()
    let bar = bar(isInteractive: true, sink: sink)
    bar.update(line, at: start)
    #expect(sink.text == ["\repoch 1/2 ######------------------   25 %  loss 3\u{1B}[K"])
    bar.print(["first", "second"])
    #expect(sink.text.dropFirst() == ["\r\u{1B}[K", "first\nsecond\n"])
  }

  @Test func atMostTenTimesASecond() {
    let sink = Sink()
    let bar = bar(isInteractive: true, sink: sink)
    for millisecond in 0..<1000 {
      bar.update(line, at: start + .milliseconds(millisecond))
    }
    #expect(sink.text.count == 10)
  }

  @Test func theLastColumnStaysFree() {
    let sink = Sink()
    let terminal = Terminal(isInteractive: true, hasColor: false, hasUnicode: false)
    let bar = ProgressBar(terminal: terminal, width: { 5 }, write: { sink.text.append($0) })
    bar.update(line, at: start)
    #expect(sink.text == ["\repoc\u{1B}[K"])
  }

  @Test func withoutATerminalALineAMinute() {
    let sink = Sink()
    let bar = bar(isInteractive: false, sink: sink)
    #expect(bar.columns == nil && !bar.isDue(at: start + .seconds(59)))
    bar.update(line, at: start + .seconds(59))
    bar.clear()
    #expect(sink.text.isEmpty)
    for second in 100...200 { bar.update(line, at: start + .seconds(second)) }
    #expect(sink.text == Array(repeating: "17:04:09  epoch 1/2  25 %  loss 3\n", count: 2))
    bar.print(["a line"])
    #expect(sink.text.last == "17:04:09  a line\n")
  }

  @Test func clearingRemovesTheLineOnce() {
    let sink = Sink()
    let bar = bar(isInteractive: true, sink: sink)
    bar.clear()
    bar.update(line, at: start)
    bar.clear()
    bar.clear()
    #expect(sink.text.dropFirst() == ["\r\u{1B}[K"])
    // And the next update draws at once.
    #expect(bar.isDue(at: start))
  }

  @Test func abilitiesFromTheEnvironment() {
    func abilities(_ isTTY: Bool, _ environment: [String: String]) -> [Bool] {
      let terminal = Terminal(isTTY: isTTY, environment: environment)
      return [terminal.isInteractive, terminal.hasColor, terminal.hasUnicode]
    }
    #expect(abilities(true, [:]) == [true, true, false])
    #expect(abilities(true, ["TERM": "xterm", "LANG": "C.UTF-8"]) == [true, true, true])
    #expect(abilities(true, ["TERM": "dumb", "LANG": "de_DE.utf8"]) == [false, false, true])
    #expect(abilities(false, ["TERM": "xterm"]) == [false, false, false])
    #expect(abilities(true, ["NO_COLOR": "1"]) == [true, false, false])
    #expect(abilities(true, ["NO_COLOR": ""]) == [true, true, false])
    #expect(abilities(true, ["LC_ALL": "C", "LANG": "C.UTF-8"]) == [true, true, false])
    #expect(abilities(true, ["LC_ALL": "", "LC_CTYPE": "en_US.UTF-8"]) == [true, true, true])
  }

  @Test func aWidthIsAlwaysKnown() {
    #expect(Terminal.width > 0)
  }
}
