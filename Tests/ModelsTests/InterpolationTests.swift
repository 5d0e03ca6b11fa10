import GenerativeModels
import Testing

@Suite struct InterpolationTests {
  private func rows(_ values: [Float], width: Int) -> [[Float]] {
    stride(from: 0, to: values.count, by: width).map { Array(values[$0..<$0 + width]) }
  }

  private func norm(_ values: [Float]) -> Double {
    values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
  }

  @Test func theEndsAreTheLatentsThemselves() {
    let (start, end): ([Float], [Float]) = ([0.1, -2.3, 0.7], [1.9, 0.3, -0.01])
    for count in [2, 3, 10] {
      let path = rows(Interpolation.spherical(from: start, to: end, count: count), width: 3)
      #expect(path.count == count && path.first == start && path.last == end)
    }
  }

  /// From (2, 0) to (0, 2) in thirds of a right angle. A Float near 2 is rounded by up to 1e-6.
  @Test func aQuarterOfACircle() {
    let path = rows(Interpolation.spherical(from: [2, 0], to: [0, 2], count: 4), width: 2)
    let expected: [[Float]] = [[2, 0], [1.7320508, 1], [1, 1.7320508], [0, 2]]
    for (found, expected) in zip(path, expected) {
      #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-6 }, "\(found)")
    }
  }

  /// Equal norms stay equal, unlike on a straight line.
  @Test func itStaysOnTheSphere() {
    let start: [Float] = (0..<100).map { $0 % 2 == 0 ? 1 : -1 }
    let end: [Float] = (0..<100).map { $0 % 3 == 0 ? 1 : -1 }
    for latent in rows(Interpolation.spherical(from: start, to: end, count: 7), width: 100) {
      #expect(abs(norm(latent) - 10) < 1e-5)
    }
  }

  @Test func latentsWithoutAnAngleAreJoinedByALine() {
    for (start, end, middle): ([Float], [Float], [Float]) in [
      ([1, 1], [3, 3], [2, 2]), ([0, 0], [0, 4], [0, 2]), ([1, 0], [-1, 0], [0, 0]),
      ([0, 0], [0, 0], [0, 0]),
    ] {
      let path = rows(Interpolation.spherical(from: start, to: end, count: 3), width: 2)
      #expect(path == [start, middle, end])
    }
  }
}
