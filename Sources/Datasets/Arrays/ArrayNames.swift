/// The arrays of a data set, identified by their names in an .npz file or by those of .npy files.
///
/// Training and validation images are named as in Keras' files, `x_train`, `y_train`, `x_test`
/// and `y_test`, or MedMNIST's, `train_images`, `train_labels`, `val_images` and `val_labels`.
/// Otherwise there is one array of images, of any name, and perhaps one of labels.
package struct ArrayNames: Equatable, Sendable {
  /// The names of images and of their labels, if they have any.
  package struct Pair: Equatable, Sendable {
    /// The name of the images.
    package let images: String
    /// The name of the labels.
    package let labels: String?
  }

  /// The training images, or all images.
  package let train: Pair
  /// The validation images; nil if there are none.
  package let validation: Pair?
  /// The other names.
  package let leftOut: [String]

  private static let imageNames = ["images", "x", "data", "arr_0"]
  private static let labelNames = ["labels", "label", "targets", "y"]

  /// Finds the images and labels among names, ignoring case; nil unless it is clear which array
  /// holds the images.
  package init?(_ names: [String]) {
    func first(_ wanted: [String]) -> String? {
      wanted.lazy.compactMap { word in names.first { $0.lowercased() == word } }.first
    }
    func pair(_ word: String) -> Pair? {
      first(["x_\(word)", "\(word)_images"]).map {
        Pair(images: $0, labels: first(["y_\(word)", "\(word)_labels"]))
      }
    }
    if let train = pair("train") ?? pair("training") {
      self.train = train
      validation = PictureRoot.heldOutNames.lazy.compactMap(pair).first
    } else {
      // NumPy's names for arrays that were saved without any: the images, then the labels.
      let labels = first(Self.labelNames) ?? (first(["arr_0"]) == nil ? nil : first(["arr_1"]))
      let others = names.filter { $0 != labels }
      guard let images = others.count == 1 ? others[0] : first(Self.imageNames) else { return nil }
      train = Pair(images: images, labels: labels)
      validation = nil
    }
    let used = [train, validation].compactMap(\.self).flatMap { [$0.images, $0.labels] }
    leftOut = names.filter { !used.contains($0) }
  }

  /// Makes the error for names that do not show which array holds the images.
  static func unclear(_ path: String, _ names: [String]) -> DatasetError {
    .unusable(
      path: path,
      reason: names.isEmpty
        ? "it has no arrays" : "which arrays are the images? It has \(names.firstFew)",
      advice: "call them x_train, y_train, x_test and y_test, or images and labels")
  }
}

extension ImageSet {
  /// Reads images and, if they have any, their labels.
  ///
  /// - Parameter content: Returns the .npy file of a name, and its place for errors.
  /// - Throws: `DatasetError`, and what `content` throws.
  init(
    _ pair: ArrayNames.Pair, content: (String) throws -> (bytes: ArraySlice<UInt8>, place: String)
  ) throws {
    let (bytes, place) = try content(pair.images)
    let images = try NPY.images(bytes, path: place)
    guard let name = pair.labels else {
      self = images
      return
    }
    let (others, otherPlace) = try content(name)
    let labels = try NPY.labels(others, path: otherPlace)
    guard labels.count == images.count else {
      throw DatasetError.countMismatch(
        images: place, imageCount: images.count, labels: otherPlace, labelCount: labels.count)
    }
    self.init(pixels: images.pixels, shape: images.shape, labels: labels)
  }
}
