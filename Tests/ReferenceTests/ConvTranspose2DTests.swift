import Testing

@testable import Reference

struct ConvTranspose2DTests {
  static let shapes = [
    ReferenceConvTranspose2D(
      ReferenceMaps(batch: 2, height: 3, width: 4, channels: 3), outputChannels: 2),
    ReferenceConvTranspose2D(
      ReferenceMaps(batch: 2, height: 3, width: 2, channels: 2), outputChannels: 3, stride: 2),
    ReferenceConvTranspose2D(
      ReferenceMaps(batch: 1, height: 1, width: 1, channels: 2), outputChannels: 1, stride: 2),
    ReferenceConvTranspose2D(
      ReferenceMaps(batch: 1, height: 2, width: 3, channels: 1), outputChannels: 2, kernel: 4,
      stride: 3, padding: 0),
  ]

  @Test func shapeRule() {
    let doubled = ReferenceConvTranspose2D(
      ReferenceMaps(batch: 1, height: 7, width: 14, channels: 1), outputChannels: 1, stride: 2)
    #expect(doubled.outputHeight == 14)
    #expect(doubled.outputWidth == 28)
    let kept = ReferenceConvTranspose2D(
      ReferenceMaps(batch: 1, height: 7, width: 14, channels: 1), outputChannels: 1)
    #expect(kept.outputHeight == 7)
    #expect(kept.outputWidth == 14)
  }

  /// One pixel of 10, stride 2: after one row above and one column at the left are cropped, the
  /// kernel's lower right quarter remains.
  @Test func forwardByHand() {
    let layer = ReferenceConvTranspose2D(
      ReferenceMaps(batch: 1, height: 1, width: 1, channels: 1), outputChannels: 1, stride: 2)
    let y = layer.forward([10], weight: (1...9).map(Double.init), bias: [1])
    #expect(y == [51, 61, 81, 91])
  }

  /// Weights are [co of the layer][ci of the layer]: two inputs into one output, one into two.
  @Test func channelOrderByHand() {
    let merging = ReferenceConvTranspose2D(
      ReferenceMaps(batch: 1, height: 1, width: 1, channels: 2), outputChannels: 2, kernel: 1,
      padding: 0)
    #expect(merging.forward([1, 2], weight: [1, 10, 100, 1000]) == [21, 2100])
  }

  /// The definition: every input pixel adds its multiple of the kernel at stride times its
  /// position, shifted by the padding.
  @Test(arguments: shapes)
  func forwardIsTheDefinition(shape: ReferenceConvTranspose2D) {
    let convolution = shape.convolution
    let (inputs, outputs) = (convolution.outputChannels, convolution.inputChannels)
    let x = normals(shape.inputCount, seed: 1)
    let weight = normals(shape.weightCount, seed: 2)
    var expected = [Double](repeating: 0, count: shape.outputCount)
    for (index, value) in x.enumerated() {
      let (pixel, ci) = index.quotientAndRemainder(dividingBy: inputs)
      let (n, iy, ix) = (
        pixel / (shape.height * shape.width), pixel / shape.width % shape.height,
        pixel % shape.width
      )
      for (weightIndex, factor) in weight.enumerated() where weightIndex % inputs == ci {
        let co = weightIndex / inputs % outputs
        let tap = weightIndex / (inputs * outputs)
        let oy = iy * convolution.stride + tap / convolution.kernel - convolution.padding
        let ox = ix * convolution.stride + tap % convolution.kernel - convolution.padding
        guard (0..<shape.outputHeight).contains(oy), (0..<shape.outputWidth).contains(ox) else {
          continue
        }
        let place = ((n * shape.outputHeight + oy) * shape.outputWidth + ox) * outputs + co
        expected[place] += value * factor
      }
    }
    #expect(distance(shape.forward(x, weight: weight), expected) < roundingTolerance)
  }

  /// ⟨conv(a), x⟩ = ⟨a, convT(x)⟩.
  @Test(arguments: shapes)
  func adjointOfTheConvolution(shape: ReferenceConvTranspose2D) {
    let x = normals(shape.inputCount, seed: 1)
    let a = normals(shape.outputCount, seed: 2)
    let weight = normals(shape.weightCount, seed: 3)
    let left = dot(shape.convolution.forward(a, weight: weight), x)
    let right = dot(a, shape.forward(x, weight: weight))
    #expect(abs(left - right) < 1e-11)
  }

  @Test(arguments: shapes)
  func gradients(shape: ReferenceConvTranspose2D) {
    let x = normals(shape.inputCount, seed: 1)
    let weight = normals(shape.weightCount, seed: 2)
    let bias = normals(shape.convolution.inputChannels, seed: 3)
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
