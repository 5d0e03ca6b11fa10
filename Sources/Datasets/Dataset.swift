/// Images to train on and images held out for validation.
public struct Dataset: Equatable, Sendable {
  /// The name of a known set, or the folder's path as it was given.
  public let name: String
  /// The images to train on.
  public let train: ImageSet
  /// The images that training never sees.
  public let validation: ImageSet
  /// SHA-256, in hexadecimal, of training pixels, training labels, validation pixels and
  /// validation labels, in this order and without what surrounds them in files.
  public let contentHash: String
  /// The folder that the files were found in, or a word that says where else they come from.
  public let origin: String
  /// A line for the user where the content could not be checked in full.
  public let note: String?

  /// The data files in the folder that it was found in; none where there is no such folder.
  public let files: [String]

  /// Puts a data set together and computes its hash.
  /// - Parameter files: The files that it was read from. (default: those of IDX's names in the folder `origin`)
  init(
    name: String, train: ImageSet, validation: ImageSet, origin: String, files: [String]? = nil,
    note: String? = nil
  ) {
    self.files =
      files ?? DataFile.allCases.flatMap { CheckedFile.candidates($0, in: origin, known: nil) }
    self.name = name
    self.train = train
    self.validation = validation
    self.origin = origin
    self.note = note
    contentHash = Digest.sha256.hex(
      of: [train.pixels, train.labels ?? [], validation.pixels, validation.labels ?? []])
  }

  /// The set with the first `count` training images only; the validation images stay.
  public func limited(to count: Int) -> Dataset {
    guard count < train.count else { return self }
    return Dataset(
      name: name, train: train.prefix(count), validation: validation, origin: origin, files: files,
      note: note)
  }
}
