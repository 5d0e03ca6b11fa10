import Datasets
import GPUTensor
import GenerativeModels

/// Finds the training images nearest to sets of images. It needs no classifier.
package final class PixelComparison {
  private let count: Int
  private let pixels: Int
  private let training: [UInt8]
  /// Whether the training images are streamed, since they do not fit the device.
  package let streamsImages: Bool
  private let images: Tensor  // (count, pixels), in [0, 1]
  private let nearest: NeighbourSearch

  /// Creates a comparison of sets of `count` images with training images, (n, pixels). `scores` is
  /// memory that searches share; nil for its own.
  ///
  /// - Throws: `OpenCLError`.
  package init(
    training: [UInt8], pixels: Int, count: Int, scores: Tensor? = nil, on context: Context
  ) throws {
    (self.count, self.pixels, self.training) = (count, pixels, training)
    images = Tensor(context, [count, pixels], label: "evaluated images")
    let (images, scores) = (images, scores ?? NeighbourSearch.scores(queries: count, on: context))
    let compared: ImageStore
    (compared, nearest) = context.recordFitting { isStreamed in
      let store = ImageStore(
        context,
        ImageStore.Layout(
          count: training.count / pixels, pixels: pixels, isLabelled: false,
          isStreamed: isStreamed),
        batchSize: NeighbourSearch.tile, label: "compared images")
      let search = NeighbourSearch(
        images, among: .images(store), bias: .halfNorms, kept: 1, scores: scores, on: context)
      return (store, search)
    }
    try compared.upload(Pixels(training))
    streamsImages = compared.isStreamed
  }

  /// Its lists, to compile with others.
  package var lists: [CommandList] { nearest.lists }

  /// Returns the mean distance of images, (count, pixels), packed, in [0, 1], to their nearest
  /// training images.
  ///
  /// NOTE: the search only finds the nearest image. The distance is computed from pixels: as a
  /// difference of products it would have rounding errors, which would hide exact copies.
  ///
  /// - Throws: `OpenCLError`.
  package func nearestDistance(_ images: [Float]) throws -> Double {
    try self.images.write(images)
    let places = try nearest.run().places
    let distances = images.withUnsafeBufferPointer { images in
      training.withUnsafeBufferPointer { training in
        places.enumerated().map { row, place in
          (0..<pixels).reduce(0.0) { sum, pixel in
            let difference =
              images[row * pixels + pixel] - Float(training[place * pixels + pixel]) / 255
            return sum + Double(difference * difference)
          }.squareRoot()
        }
      }
    }
    return distances.reduce(0, +) / Double(count)
  }
}
