import GPUTensor
import GenerativeModels

/// The weights of a decoder for a page: in 16 bits if its images stay the same to the eye.
package struct PageWeights {
  /// The parameters and running statistics by their full names, in the device's order of axes.
  package let values: [String: [Float]]
  /// Whether the page holds the weights of products in 16 bits.
  package let isHalf: Bool
  /// The largest difference of a pixel that 16 bits make, as a part of the range of pixels.
  package let difference: Float

  /// The largest difference of a pixel for which 16 bits suffice: one of 255 steps.
  package static let tolerance: Float = 1 / 255

  /// Chooses the precision by comparing images.
  ///
  /// - Parameters:
  ///   - values: The parameters and running statistics by their full names.
  ///   - parameters: The same on the device, which are changed and put back.
  ///   - range: The range of the images' pixels.
  ///   - isExact: Whether 32 bits are wanted in any case.
  ///   - decode: Returns images with the parameters as they are on the device.
  /// - Throws: What `decode` throws; `OpenCLError`.
  package init(
    _ values: [String: [Float]], on parameters: ParameterSet, range: ClosedRange<Float>,
    isExact: Bool = false, decode: () throws -> [Float]
  ) throws {
    self.values = values
    let exact = try decode()
    // Biases and normalizations are small, and stay as they are.
    let weights = parameters.parameters.filter { $0.spec.axes.count > 1 }
    for weight in weights {
      try weight.value.write((values[weight.name] ?? []).map { Float(Float16($0)) })
    }
    let rounded = try decode()
    for weight in weights { try weight.value.write(values[weight.name] ?? []) }
    let size = range.upperBound - range.lowerBound
    difference = zip(exact, rounded).reduce(0) { most, pair in
      // A weight that is too large for 16 bits makes an infinite difference, or none that compares.
      let difference = abs(pair.0 - pair.1) / size
      return difference <= most ? most : difference.isNaN ? .infinity : difference
    }
    isHalf = !isExact && difference <= Self.tolerance
  }
}
