import Testing

@testable import Datasets

@Suite struct HandTests {
  @Test func everyDigitStaysWithinTheImage() {
    for (digit, shapes) in DigitShape.all.enumerated() {
      for item in 0..<500 {
        var hand = Hand(random: SplitMix64(seed: 2, item: item))
        let segments = hand.write(shapes)
        #expect(!segments.isEmpty)
        var inside = true
        for segment in segments {
          for point in [segment.start, segment.end] {
            inside = inside && point.min() > 0 && point.max() < 28
          }
          inside = inside && segment.startRadius > 0.3 && segment.endRadius < 4
        }
        #expect(inside, "digit \(digit), item \(item)")
      }
    }
  }
}
