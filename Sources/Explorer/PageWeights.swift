import GPUTensor
import GenerativeModels

/// The weights of a decoder for a page: in 16 bits if that changes no image visibly.
package struct PageWeights {
  /// The parameters and running statistics by their full names, in the device's order of axes.
  let values: [String: [Float]]
  /// Whether the page holds the weights of products in 16 bits.
  package let isHalf: Bool

  init(values: [String: [Float]], isHalf: Bool) {
    (self.values, self.isHalf) = (values, isHalf)
  }

  /// Creates weights in 32 bits.
  ///
  /// - Throws: `OpenCLError`.
  package init(exactly parameters: ParameterSet) throws {
    self.init(values: try parameters.elements(), isHalf: false)
  }

  /// Creates weights in 16 bits if that changes no pixel by more than 1/255 of the range; otherwise
  /// in 32.
  ///
  /// - Parameters:
  ///   - parameters: The weights on the device, which are rounded and put back.
  ///   - range: The range of the images' pixels.
  ///   - decode: Returns images with the parameters as they are on the device.
  /// - Throws: What `decode` throws; `OpenCLError`.
  package init(
    roundingIfAlike parameters: ParameterSet, range: ClosedRange<Float>,
    decode: () throws -> [Float]
  ) throws {
    values = try parameters.elements()
    let exact = try decode()
    // Biases and normalizations are small, and keep 32 bits.
    let weights = parameters.parameters.filter {
      $0.spec.name == "weight" && $0.spec.axes.count > 1
    }
    var areFinite = true
    for weight in weights {
      let rounded = (values[weight.name] ?? []).map { Float(Float16($0)) }
      areFinite = areFinite && rounded.allSatisfy(\.isFinite)
      try weight.value.write(rounded)
    }
    let rounded = try decode()
    for weight in weights { try weight.value.write(values[weight.name] ?? []) }
    let step = (range.upperBound - range.lowerBound) / 255
    isHalf = areFinite && zip(exact, rounded).allSatisfy { abs($0 - $1) <= step }
  }
}
