import Testing

@testable import Reference

/// Elements computed alone equal those of the whole.
@Suite struct ElementsTests {
  private func floats(_ count: Int, seed: UInt64) -> [Float] {
    normals(count, seed: seed).map(Float.init)
  }

  private func expectSame(_ whole: [Double], _ element: (Int) -> Double) {
    for (index, value) in whole.enumerated() {
      #expect(abs(element(index) - value) < 1e-12, "element \(index)")
    }
  }

  @Test func products() {
    let (m, n, k) = (3, 5, 4)
    let (a, b) = (floats(m * k, seed: 1), floats(k * n, seed: 2))
    let (wideA, wideB) = (a.map(Double.init), b.map(Double.init))
    expectSame(ReferenceGemm.nn(wideA, wideB, m: m, n: n, k: k)) {
      ReferenceGemm.nn(at: $0, a, b, n: n, k: k)
    }
    expectSame(ReferenceGemm.nt(wideA, wideB, m: m, n: n, k: k)) {
      ReferenceGemm.nt(at: $0, a, b, n: n, k: k)
    }
    expectSame(ReferenceGemm.tn(wideA, wideB, m: m, n: n, k: k)) {
      ReferenceGemm.tn(at: $0, a, b, m: m, n: n, k: k)
    }
  }

  @Test(arguments: [1, 2])
  func convolutions(stride: Int) {
    let convolution = ReferenceConv2D(
      ReferenceMaps(batch: 2, height: 5, width: 4, channels: 3), outputChannels: 2, stride: stride)
    let x = floats(convolution.inputCount, seed: 1)
    let weight = floats(convolution.weightCount, seed: 2)
    let dy = floats(convolution.outputCount, seed: 3)
    let wide = (x.map(Double.init), weight.map(Double.init), dy.map(Double.init))
    expectSame(convolution.forward(wide.0, weight: wide.1)) {
      convolution.forward(at: $0, x, weight: weight)
    }
    expectSame(convolution.backwardInput(wide.2, weight: wide.1)) {
      convolution.backwardInput(at: $0, dy, weight: weight)
    }
    expectSame(convolution.backwardWeight(wide.0, wide.2)) {
      convolution.backwardWeight(at: $0, x, dy)
    }
  }
}
