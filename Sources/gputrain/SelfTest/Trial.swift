import GPUTensor

/// A run of an operation on drawn inputs, with the outputs that it must give.
struct Trial {
  /// Writes the inputs.
  var prepare: () throws -> Void = {}
  /// The tensors that the operation computes, in float64.
  let outputs: [Output]

  /// A tensor that the operation computes.
  struct Output {
    /// The axes of its elements. Borders are at their ends.
    let shape: [Int]
    /// The number of products that each of its elements is a sum of.
    var products = 1
    /// A typical Euclidean norm, if its elements are sums of numbers of both signs. Such a sum can
    /// be near zero by chance, and still has the rounding error of a larger one.
    var typicalNorm = 0.0
    /// Reads all elements from the device.
    let read: () throws -> [Float]
    /// An element in float64.
    let truth: (Int) -> Double

    /// The elements of a tensor of floats.
    init(
      _ tensor: Tensor, products: Int = 1, typicalNorm: Double = 0,
      truth: @escaping (Int) -> Double
    ) {
      self.init(tensor.shape, products: products, typicalNorm: typicalNorm) {
        try tensor.floats()
      } truth: {
        truth($0)
      }
    }

    /// Elements that `read` derives from the device's results.
    init(
      _ shape: [Int], products: Int = 1, typicalNorm: Double = 0,
      read: @escaping () throws -> [Float], truth: @escaping (Int) -> Double
    ) {
      self.shape = shape
      self.products = products
      self.typicalNorm = typicalNorm
      self.read = read
      self.truth = truth
    }

    /// The number of elements.
    var count: Int { shape.reduce(1, *) }
  }
}
