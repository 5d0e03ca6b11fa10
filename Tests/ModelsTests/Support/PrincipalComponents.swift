import Foundation

@testable import GenerativeModels

/// A VAE whose likelihood is known: probabilistic principal components (Tipping and Bishop 1999).
///
/// Images are normal about W z + b with variance 1. So over all latents they are normal with mean b
/// and covariance W Wᵀ + I. W has orthogonal columns w, and the encoder gives the exact
/// distribution of each latent, N(w · (x − b) / (|w|² + 1), 1 / (|w|² + 1)). Then every weight
/// p(x, z) / q(z | x) is p(x), with any number of draws.
struct PrincipalComponents {
  static let pixels = 16
  private let columns: [[Float]]
  private let bias: [Float]
  /// |w|² + 1 of each column.
  private let precisions: [Float]

  init() {
    let lengths: [Float] = [3, 0.5]
    // One of even pixels, and one of odd pixels.
    columns = lengths.indices.map { index in
      (0..<Self.pixels).map { pixel -> Float in
        guard pixel % 2 == index else { return 0 }
        return (pixel % 4 < 2 ? 1 : -1) * lengths[index] / Float(8).squareRoot()
      }
    }
    bias = (0..<Self.pixels).map { 0.4 + 0.02 * Float($0) }
    precisions = lengths.map { $0 * $0 + 1 }
  }

  func model() throws -> VAE {
    try VAE(
      name: "pca",
      encoder: Network(prefix: "encoder", input: 4, 4, 1) { Linear("fc", to: 4) },
      decoder: Network(prefix: "decoder", input: 2) { Linear("fc", to: Self.pixels) },
      likelihood: .gaussian, batchSize: 4)
  }

  /// The parameters by their names, in the order of the device.
  var values: [String: [Float]] {
    let means = (0..<Self.pixels).flatMap { pixel -> [Float] in
      [columns[0][pixel] / precisions[0], columns[1][pixel] / precisions[1], 0, 0]
    }
    let offsets = zip(columns, precisions).map { column, precision -> Float in
      -zip(column, bias).reduce(0) { $0 + $1.0 * $1.1 } / precision
    }
    return [
      "encoder.fc.weight": means, "encoder.fc.bias": offsets + precisions.map { -log($0) },
      "decoder.fc.weight": columns[0] + columns[1], "decoder.fc.bias": bias,
    ]
  }

  /// Returns the logarithm of an image's density.
  func logLikelihood(of image: [Float]) -> Double {
    let d = zip(image, bias).map { Double($0) - Double($1) }
    var squares = d.reduce(0) { $0 + $1 * $1 }
    var logDeterminant = 0.0
    for (column, precision) in zip(columns, precisions) {
      let along = zip(column, d).reduce(0) { $0 + Double($1.0) * $1.1 }
      squares -= along * along / Double(precision)
      logDeterminant += log(Double(precision))
    }
    return -0.5 * (squares + logDeterminant + Double(Self.pixels) * log(2 * Double.pi))
  }
}
