import Datasets
import GPUTensor
import Images

extension ImageStore {
  /// Uploads the images of a set, without their labels.
  ///
  /// - Throws: `OpenCLError`.
  public init(_ context: Context, _ images: ImageSet, batchSize: Int, label: String) throws {
    try self.init(
      context, pixels: images.pixels, count: images.count, batchSize: batchSize, label: label)
  }
}

extension GenerativeModel {
  /// Uploads the training images and the validation images of a data set, with their labels if the
  /// model takes any: the places of their classes among the data's.
  ///
  /// - Throws: `ModelError` if the images have another shape than the model's, or not the classes
  ///   that it is conditional on; `OpenCLError`.
  public func stores(
    of data: Dataset, batchSize: Int, on context: Context
  ) throws -> (train: ImageStore, validation: ImageStore) {
    try check(data.shape, of: data.name)
    try checkClasses(of: data)
    func store(_ images: ImageSet, _ label: String) throws -> ImageStore {
      guard labels > 0, let places = data.classPlaces(of: images) else {
        return try ImageStore(context, images, batchSize: batchSize, label: label)
      }
      return try ImageStore(
        context, pixels: images.pixels, labels: places, batchSize: batchSize, label: label)
    }
    return (
      try store(data.train, "training images"), try store(data.validation, "validation images")
    )
  }

  /// Checks that the images of a data set, which the message names, have the shape of the model's.
  ///
  /// - Throws: `ModelError`.
  package func check(_ shape: ImageShape, of data: String) throws(ModelError) {
    guard shape == imageShape else {
      throw ModelError(
        model: name, reason: "it takes images of \(imageShape), and those of \(data) are \(shape)")
    }
  }

  /// Checks that a data set has the classes that the model is conditional on, if it is.
  ///
  /// - Throws: `ModelError`.
  package func checkClasses(of data: Dataset) throws(ModelError) {
    guard labels > 0 else { return }
    guard data.train.labels != nil, data.validation.labels != nil else {
      throw ModelError(
        model: name,
        reason: "it is conditional on \(labels) classes, and images of \(data.name) have no labels")
    }
    guard data.classes.count == labels else {
      throw ModelError(
        model: name,
        reason: "it is conditional on \(labels) classes, and \(data.name) has "
          + "\(data.classes.count); train on other images, or give the model other `labels`")
    }
  }
}
