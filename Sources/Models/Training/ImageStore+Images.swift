import Datasets
import GPUTensor
import Images

extension ImageStore {
  /// Uploads the images of a set, without their labels.
  ///
  /// - Throws: `OpenCLError`.
  public init(_ context: Context, _ images: ImageSet, batchSize: Int, label: String) throws {
    let layout = Layout(count: images.count, pixels: images.shape.elements, isLabelled: false)
    self.init(context, layout, batchSize: batchSize, label: label)
    try upload(images.storage)
  }
}

extension GenerativeModel {
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
