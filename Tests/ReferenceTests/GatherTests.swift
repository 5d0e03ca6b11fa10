import Testing

@testable import Reference

struct GatherTests {
  let images: [UInt8] = [0, 255, 51, 102, 255, 0]

  @Test func unitRange() {
    let x = ReferenceGather.forward(images, size: 2, rows: [2, 0, 2], low: 0, high: 1)
    #expect(x == [1, 0, 0, 1, 1, 0])
  }

  @Test func symmetricRange() {
    let x = ReferenceGather.forward(images, size: 2, rows: [1, 0], low: -1, high: 1)
    #expect(distance(x, [-0.6, -0.2, -1, 1]) < roundingTolerance)
  }

  @Test func aShiftByHand() {
    let image: [Double] = [1, 2, 3, 4, 5, 6]
    #expect(ReferenceGather.shifted(image, width: 3, right: 1, down: 0) == [0, 1, 2, 0, 4, 5])
    #expect(ReferenceGather.shifted(image, width: 3, right: -1, down: 1) == [0, 0, 0, 2, 3, 0])
    #expect(ReferenceGather.shifted(image, width: 3, right: 0, down: 0) == image)
  }
}
