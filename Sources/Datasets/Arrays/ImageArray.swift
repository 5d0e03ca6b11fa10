import Images

/// Images in memory, with or without labels, that a reader returns.
package struct ImageArray: Equatable, Sendable {
  /// The shape of each image.
  package let shape: ImageShape
  /// The pixels: (count, height, width, channels).
  package let pixels: [UInt8]
  /// The label of each image: (count); nil if there are none.
  package let labels: [UInt8]?

  /// The number of images.
  package var count: Int { pixels.count / shape.elements }

  /// Makes an array. The numbers of images and labels must agree; the callers check that.
  init(pixels: [UInt8], shape: ImageShape, labels: [UInt8]?) {
    self.shape = shape
    self.pixels = pixels
    self.labels = labels
  }

  /// The longest accepted side of an image.
  static let longestSide = 4096
}

/// The images of a data set, read from arrays.
package struct ImageArrays: Equatable, Sendable {
  /// The training images, or all images.
  package let train: ImageArray
  /// The validation images, of the same shape; nil if they are to be split off from the others.
  package let validation: ImageArray?
  /// The name of the class with each label, from 0; none if only the labels are known.
  package let classNames: [String]
  /// What to tell the user, such as what was not read; each without a full stop.
  package let notes: [String]

  /// Makes a value from parts.
  /// - Throws: `DatasetError.unusable` if the two shapes differ.
  init(
    train: ImageArray, validation: ImageArray?, classNames: [String] = [], notes: [String],
    path: String
  ) throws {
    if let validation, validation.shape != train.shape {
      throw DatasetError.unusable(
        path: path,
        reason: "its validation images are \(validation.shape), its training images \(train.shape)",
        advice: "give all images the same shape")
    }
    self.train = train
    self.validation = validation
    self.classNames = classNames
    self.notes = notes
  }
}
