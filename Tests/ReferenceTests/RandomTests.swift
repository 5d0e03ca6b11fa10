import Foundation
import Testing

@testable import Reference

struct RandomTests {
  func bits(_ element: Int) -> UInt32 {
    ReferencePhilox.bits(seed: 5, stream: 6, step: 7, element: element)
  }

  @Test func uniformIsTheTopBits() {
    for element in 0..<9 {
      let u = ReferenceRandom.uniform(seed: 5, stream: 6, step: 7, element: element)
      #expect(UInt32(u * 0x1p24) == bits(element) >> 8)
      #expect(u >= 0 && u < 1)
    }
  }

  @Test func boundedUniformIsRoundedOnce() {
    let bound: Float = 1 / 28
    for element in 0..<9 {
      let u = ReferenceRandom.uniform(seed: 5, stream: 6, step: 7, element: element)
      let value = ReferenceRandom.uniform(
        bound: bound, seed: 5, stream: 6, step: 7, element: element)
      // Exact in float64: a product of two 24-bit numbers and a sum with similar exponents.
      #expect(value == Float(2 * Double(bound) * Double(u) - Double(bound)))
      #expect(abs(value) <= bound)
    }
  }

  @Test func normalsPairUpWithinABlock() {
    let values = (0..<4).map {
      ReferenceRandom.normal(seed: 5, stream: 6, step: 7, element: $0)
    }
    for pair in [0, 2] {
      let u1 = (Double(bits(pair) >> 9) + 0.5) / 8_388_608
      let angle = 2 * Double.pi * Double(bits(pair + 1) >> 8) / 16_777_216
      let radius = sqrt(-2 * log(u1))
      #expect(abs(values[pair] - radius * cos(angle)) < 1e-14)
      #expect(abs(values[pair + 1] - radius * sin(angle)) < 1e-14)
    }
  }

  @Test func momentsOfTheDistributions() {
    let count = 20_000
    let z = normals(count, seed: 11)
    let mean = z.reduce(0, +) / Double(count)
    let variance = dot(z, z) / Double(count) - mean * mean
    let kurtosis = z.reduce(0) { $0 + $1 * $1 * $1 * $1 } / Double(count)
    // Five standard errors: 1/√n, √(2/n), √(96/n).
    #expect(abs(mean) < 0.036)
    #expect(abs(variance - 1) < 0.05)
    #expect(abs(kurtosis - 3) < 0.35)

    let u = (0..<count).map {
      Double(ReferenceRandom.uniform(seed: 12, stream: 0, step: 0, element: $0))
    }
    #expect(abs(u.reduce(0, +) / Double(count) - 0.5) < 0.0103)
  }
}
