import Testing

@testable import Reference

struct DropoutTests {
  @Test func thresholds() {
    #expect(ReferenceDropout.threshold(0) == 0)
    #expect(ReferenceDropout.threshold(0.25) == 0x4000_0000)
    #expect(ReferenceDropout.threshold(0.4) == 1_717_986_918)
    #expect(ReferenceDropout.threshold(1 - 0x1p-53) == .max)
  }

  @Test(arguments: [0.0, 0.25, 0.4])
  func maskComparesBits(p: Double) {
    let mask = ReferenceDropout.mask(count: 4001, p: p, seed: 9, stream: 2, step: 3)
    for (element, factor) in mask.enumerated() {
      let bits = ReferencePhilox.bits(seed: 9, stream: 2, step: 3, element: element)
      #expect(factor == (Double(bits) >= (p * 0x1p32).rounded() ? 1 / (1 - p) : 0))
    }
    // Five standard errors of a mean of 4001 factors, √(p / (1 - p) / n) each.
    let mean = mask.reduce(0, +) / 4001
    #expect(abs(mean - 1) <= 5 * (p / (1 - p) / 4001).squareRoot())
  }

  @Test func channelsAreDroppedWhole() {
    let (images, pixels, channels) = (3, 4, 5)
    let mask = ReferenceDropout.channelMask(
      of: ReferenceMaps(batch: images, height: 2, width: pixels / 2, channels: channels), p: 0.4,
      seed: 9, stream: 2, step: 3)
    let factors = ReferenceDropout.mask(
      count: images * channels, p: 0.4, seed: 9, stream: 2, step: 3)
    #expect(Set(factors).count == 2)
    let expected = mask.indices.map {
      factors[$0 / (pixels * channels) * channels + $0 % channels]
    }
    #expect(mask.count == images * pixels * channels)
    #expect(mask == expected)
  }

  @Test func backwardIsTheSameProduct() {
    let mask = ReferenceDropout.mask(count: 20, p: 0.4, seed: 9, stream: 2, step: 3)
    let dy = normals(20, seed: 1)
    let truth = finiteDifferences(at: normals(20, seed: 2)) {
      dot(dy, ReferenceDropout.apply(mask, to: $0))
    }
    #expect(distance(ReferenceDropout.apply(mask, to: dy), truth) < gradientTolerance)
  }
}
