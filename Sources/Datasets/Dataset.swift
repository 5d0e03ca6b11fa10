/// Images to train on and images held out for validation.
public struct Dataset: Equatable, Sendable {
  /// The name of a known set, or the folder's path as it was given.
  public let name: String
  /// The images to train on.
  public let train: ImageSet
  /// The images that training never sees.
  public let validation: ImageSet
  /// What the labels can be, by label; none where no image has one. A limit takes none away.
  public let classes: [ImageClass]
  /// SHA-256, in hexadecimal, of training pixels, training labels, validation pixels and
  /// validation labels, in this order and without what surrounds them in files.
  public let contentHash: String
  /// Where it comes from.
  public let source: DataSource

  /// Puts a data set together and computes its hash.
  /// - Parameters:
  ///   - classes: What the labels can be. (default: what they are, under their own digits)
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

  /// The set with the first `count` training images only; the validation images stay.
  public func limited(to count: Int) -> Dataset {
    guard count < train.count else { return self }
    return Dataset(
      name: name, train: train.prefix(count), validation: validation, classes: classes,
      from: source)
  }

  /// The place among `classes` of what each of the set's images shows: (count); nil where they have
  /// no labels.
  public func classPlaces(of images: ImageSet) -> [UInt8]? {
    var places = [UInt8](repeating: 0, count: 256)
    for (place, one) in zip(UInt8.min...UInt8.max, classes) { places[Int(one.label)] = place }
    return images.labels?.map { places[Int($0)] }
  }
}

/// Where a data set comes from.
public struct DataSource: Sendable, Equatable {
  /// The folder that its files were found in, or a phrase that says where else it comes from.
  public let place: String
  /// The data files in that folder.
  public let files: [String]
  /// A line for the user if the content could not be checked in full, or not all was read as it is.
  public let note: String?

  init(_ place: String, files: [String] = [], notes: [String] = []) {
    self.place = place
    self.files = files
    note = notes.isEmpty ? nil : notes.joined(separator: "; ")
  }
}
