import Testing

@testable import Reference

struct Conv2DTests {
  static let shapes = [
    ReferenceConv2D(ReferenceMaps(batch: 2, height: 5, width: 4, channels: 2), outputChannels: 3),
    ReferenceConv2D(
      ReferenceMaps(batch: 2, height: 7, width: 6, channels: 3), outputChannels: 2, stride: 2),
    ReferenceConv2D(
      ReferenceMaps(batch: 1, height: 1, width: 1, channels: 2), outputChannels: 2, stride: 2),
    ReferenceConv2D(
      ReferenceMaps(batch: 1, height: 6, width: 5, channels: 1), outputChannels: 2, kernel: 4,
      stride: 3, padding: 2),
    ReferenceConv2D(
      ReferenceMaps(batch: 3, height: 4, width: 5, channels: 2), outputChannels: 1, kernel: 2,
      padding: 0),
  ]

  @Test func shapeRule() {
    func side(_ size: Int, stride: Int) -> Int {
      ReferenceConv2D(
        ReferenceMaps(batch: 1, height: size, width: size, channels: 1), outputChannels: 1,
        stride: stride
      ).outputHeight
    }
    #expect(side(28, stride: 1) == 28)
    #expect(side(28, stride: 2) == 14)
    #expect(side(14, stride: 2) == 7)
    #expect(side(7, stride: 2) == 4)
    #expect(side(1, stride: 2) == 1)
  }

  /// A 3x3 map of 1…9, a kernel with weights 1…9, and a padding of zeros.
  @Test func forwardByHand() {
    let ramp = (1...9).map(Double.init)
    let whole = ReferenceConv2D(
      ReferenceMaps(batch: 1, height: 3, width: 3, channels: 1), outputChannels: 1)
    #expect(
      whole.forward(ramp, weight: ramp)
        == [94, 154, 106, 186, 285, 186, 106, 154, 94])
    let strided = ReferenceConv2D(
      ReferenceMaps(batch: 1, height: 3, width: 3, channels: 1), outputChannels: 1, stride: 2)
    #expect(strided.forward(ramp, weight: ramp, bias: [1]) == [95, 107, 107, 95])
  }

  /// Two input and two output channels through a 1x1 kernel: a product with [ci][co].
  @Test func channelOrderByHand() {
    let convolution = ReferenceConv2D(
      ReferenceMaps(batch: 1, height: 1, width: 2, channels: 2), outputChannels: 2, kernel: 1,
      padding: 0)
    let y = convolution.forward([1, 2, 3, 4], weight: [1, 10, 100, 1000], bias: [0.5, 0.25])
    #expect(y == [201.5, 2010.25, 403.5, 4030.25])
  }

  /// The definition, element by element, on a padded copy of the input.
  @Test(arguments: shapes)
  func forwardIsTheDefinition(shape: ReferenceConv2D) {
    let x = normals(shape.inputCount, seed: 1)
    let weight = normals(shape.weightCount, seed: 2)
    func padded(_ n: Int, _ row: Int, _ column: Int, _ c: Int) -> Double {
      let (iy, ix) = (row - shape.padding, column - shape.padding)
      let inside = (0..<shape.height).contains(iy) && (0..<shape.width).contains(ix)
      return inside ? x[((n * shape.height + iy) * shape.width + ix) * shape.inputChannels + c] : 0
    }
    var expected: [Double] = []
    for n in 0..<shape.batch {
      for oy in 0..<shape.outputHeight {
        for ox in 0..<shape.outputWidth {
          for co in 0..<shape.outputChannels {
            var sum = 0.0
            for tap in 0..<(shape.kernel * shape.kernel) {
              let (ky, kx) = tap.quotientAndRemainder(dividingBy: shape.kernel)
              for ci in 0..<shape.inputChannels {
                let index = (tap * shape.inputChannels + ci) * shape.outputChannels + co
                sum +=
                  weight[index]
                  * padded(n, oy * shape.stride + ky, ox * shape.stride + kx, ci)
              }
            }
            expected.append(sum)
          }
        }
      }
    }
    #expect(distance(shape.forward(x, weight: weight), expected) < roundingTolerance)
  }

  @Test(arguments: shapes)
  func gradients(shape: ReferenceConv2D) {
    let x = normals(shape.inputCount, seed: 1)
    let weight = normals(shape.weightCount, seed: 2)
    let bias = normals(shape.outputChannels, seed: 3)
    let dy = normals(shape.outputCount, seed: 4)
    let dx = finiteDifferences(at: x) {
      dot(dy, shape.forward($0, weight: weight, bias: bias))
    }
    let dw = finiteDifferences(at: weight) { dot(dy, shape.forward(x, weight: $0, bias: bias)) }
    let db = finiteDifferences(at: bias) { dot(dy, shape.forward(x, weight: weight, bias: $0)) }
    #expect(distance(shape.backwardInput(dy, weight: weight), dx) < gradientTolerance)
    #expect(distance(shape.backwardWeight(x, dy), dw) < gradientTolerance)
    #expect(distance(shape.backwardBias(dy), db) < gradientTolerance)
  }
}
