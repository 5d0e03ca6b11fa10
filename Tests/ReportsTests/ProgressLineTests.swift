import Foundation
import Testing

@testable import Reports

struct ProgressLineTests {
  let line = ProgressLine(
    epoch: 12, epochs: 100, fraction: 0.5, losses: [("train_loss", 105.3149), ("kl", 25)],
    imagesPerSecond: 52_123, secondsLeft: (9, 83))

  func plain(_ width: Int) -> ProgressLine.Style {
    ProgressLine.Style(width: width, hasColor: false, hasUnicode: false)
  }

  @Test func wholeLine() {
    #expect(
      line.render(plain(120))
        == "epoch 12/100 ############------------   50 %  train_loss 105.31  kl 25"
        + "  52.1k images/s  0:09 left, 1:23 in all")
  }

  @Test func unicodeAndColor() {
    let style = ProgressLine.Style(width: 120, hasColor: true, hasUnicode: true)
    let text = line.render(style)
    let bar = String(repeating: "━", count: 12)
    let rest = String(repeating: "─", count: 12)
    #expect(text.hasPrefix("epoch 12/100 \u{1B}[36m\(bar)\u{1B}[2m\(rest)\u{1B}[0m   50 %"))
  }

  @Test func narrowLinesKeepThePositionTheLossTheRateAndTheTimes() {
    #expect(
      line.render(plain(100))
        == "epoch 12/100 #######-------   50 %  train_loss 105.31  kl 25  52.1k images/s"
        + "  0:09 left, 1:23 in all")
    #expect(
      line.render(plain(80))
        == "epoch 12/100 ####----   50 %  train_loss 105.31  52.1k/s  0:09 left, 1:23 in all")
    #expect(
      line.render(plain(64))
        == "epoch 12/100  train_loss 105.31  52.1k/s  0:09 left, 1:23 in all")
    #expect(
      line.render(plain(59)) == "12/100  train_loss 105.31  52.1k/s  0:09 left, 1:23 in all")
    #expect(line.render(plain(35)) == "epoch 12/100  train_loss 105.31")
    #expect(line.render(plain(5)) == "epoch")
  }

  @Test(arguments: -1...130)
  func neverTooWide(width: Int) {
    #expect(line.render(plain(width)).count <= max(0, width))
  }

  @Test func strangeFractions() {
    for (fraction, percent) in [(-1.0, 0), (.nan, 0), (2, 100), (0.999, 99), (1, 100)] {
      var line = line
      line.fraction = fraction
      #expect(line.render(plain(120)).contains(" \(percent) %"))
    }
  }

  @Test func summaryHasNoBar() {
    #expect(
      line.summary
        == "epoch 12/100  50 %  train_loss 105.31  kl 25  52.1k images/s"
        + "  0:09 left, 1:23 in all")
    #expect(ProgressLine(epoch: 1, epochs: 2, fraction: 1).summary == "epoch 1/2  100 %")
  }

  @Test func rates() {
    let values = [0, 9.5, 950, 999.6, 52_123, 999_499, 999_500, 1_254_000, .nan, -1]
    #expect(
      values.map(ProgressLine.rate)
        == ["0", "9.5", "950", "1k", "52.1k", "999k", "1M", "1.25M", "?", "?"])
  }

  @Test func durations() {
    let values = [0, 9.4, 59.6, 3599, 3600, 86_400, .infinity, .nan, -1]
    #expect(
      values.map(ProgressLine.duration)
        == ["0:00", "0:09", "1:00", "59:59", "1:00:00", "24:00:00", "?", "?", "?"])
  }
}
