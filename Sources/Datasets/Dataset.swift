/// Training images and validation images.
public struct Dataset: Equatable, Sendable {
  /// The name of a known set, or the folder's path as it was given.
  public let name: String
  /// The training images.
  public let train: ImageSet
  /// The validation images.
  public let validation: ImageSet
  /// The classes by label; none if no image has a label. A limit does not remove any.
  public let classes: [ImageClass]
  /// SHA-256, in hexadecimal, of training pixels, training labels, validation pixels and
  /// validation labels, in this order and without file headers.
  public let contentHash: String
  /// The origin of the data.
  public let source: DataSource

  /// Makes a data set and computes its hash.
  /// - Parameters:
  ///   - classes: The classes by label; by default those that occur, named by their digits.
  init(
    name: String, train: ImageSet, validation: ImageSet, classes: [ImageClass]? = nil,
    from source: DataSource
  ) {
    self.name = name
    self.train = train
    self.validation = validation
    self.classes =
      classes
      ?? Set((train.labels ?? []) + (validation.labels ?? [])).sorted().map {
        ImageClass(label: $0)
      }
    self.source = source
    contentHash = Digest.sha256.hex(
      of: [train.pixels, train.labels ?? [], validation.pixels, validation.labels ?? []])
  }

  /// Returns the set with only the first `count` training images; the validation images stay.
  public func limited(to count: Int) -> Dataset {
    guard count < train.count else { return self }
    return Dataset(
      name: name, train: train.prefix(count), validation: validation, classes: classes,
      from: source)
  }

  /// Returns the indices of the images' classes among `classes`: (count); nil if the images have no
  /// labels.
  public func classPlaces(of images: ImageSet) -> [UInt8]? {
    var places = [UInt8](repeating: 0, count: 256)
    for (place, one) in zip(UInt8.min...UInt8.max, classes) { places[Int(one.label)] = place }
    return images.labels?.map { places[Int($0)] }
  }
}

/// The origin of a data set.
public struct DataSource: Sendable, Equatable {
  /// The folder of its files, or a phrase that describes another origin.
  public let place: String
  /// The data files in that folder.
  public let files: [String]
  /// A line for the user if the content could not be fully checked, or if files were ignored or
  /// changed.
  public let note: String?

  init(_ place: String, files: [String] = [], notes: [String] = []) {
    self.place = place
    self.files = files
    note = notes.isEmpty ? nil : notes.joined(separator: "; ")
  }
}
