/// The images of a data set, read from arrays.
package struct ImageArrays: Equatable, Sendable {
  /// The training images, or all images.
  package let train: ImageSet
  /// The validation images, of the same shape; nil if they are to be split off from the others.
  package let validation: ImageSet?
  /// The name of the class with each label, from 0; none if only the labels are known.
  package let classNames: [String]
  /// What to tell the user, such as what was not read; each without a full stop.
  package let notes: [String]

  /// Makes a value from parts.
  /// - Throws: `DatasetError.unusable` if the two shapes differ.
  init(
    train: ImageSet, validation: ImageSet?, classNames: [String] = [], notes: [String],
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
