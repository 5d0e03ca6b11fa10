import Testing

@testable import Datasets

@Suite struct ImageSetTests {
  @Test func transposingExchangesRowsAndColumnsOfEachImage() {
    let pixels = (0..<2 * 784).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    let set = ImageSet(pixels: pixels, labels: [4, 2])
    let turned = set.transposed
    for (image, row, column) in [(0, 0, 0), (0, 0, 27), (0, 3, 5), (1, 27, 0), (1, 11, 26)] {
      #expect(
        turned.pixels[image * 784 + row * 28 + column]
          == pixels[image * 784 + column * 28 + row])
    }
    #expect(turned.labels == [4, 2])
    #expect(turned.transposed == set)
  }

  @Test func labelsAreCounted() {
    let set = ImageSet(pixels: [UInt8](repeating: 0, count: 3 * 784), labels: [255, 0, 255])
    #expect(set.labelCounts[0] == 1 && set.labelCounts[255] == 2)
    #expect(set.labelCounts.count == 256 && set.labelCounts.reduce(0, +) == 3)
  }
}
