import Files
import Images

/// Training images and validation images.
///
/// ```swift
/// let pictures = try Dataset(folder: "glyphs/")
/// let digits = SyntheticDigits.make(trainCount: 10_000, validationCount: 1000)
/// ```
public struct Dataset: Equatable, Sendable {
  /// The name of a set, or the path of its folder as it was given.
  public let name: String
  /// The training images.
  public let train: ImageSet
  /// The validation images.
  public let validation: ImageSet
  /// The classes by label; none if no image has a label. A limit does not remove any.
  public let classes: [ImageClass]
  /// The origin of the data.
  public let source: DataSource
  /// The shape of an image; the validation images have the same.
  public var shape: ImageShape { train.shape }
  /// The hash of its content, kept once the module KnownDatasets has computed it.
  package let hash = CachedHash()

  /// Creates a data set of images in memory. Without `classes`, these are the labels of the images,
  /// named by their digits.
  public init(
    name: String, train: ImageSet, validation: ImageSet, classes: [ImageClass]? = nil,
    from source: DataSource = DataSource("memory")
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
  }

  /// Returns the set with only the first `count` training images; the validation images stay.
  public func limited(to count: Int) -> Dataset {
    guard count < train.count else { return self }
    return Dataset(
      name: name, train: train.images(0..<count), validation: validation, classes: classes,
      from: source)
  }

  /// Returns the indices of the images' classes among `classes`: (count); nil if the images have no
  /// labels.
  package func classPlaces(of images: ImageSet) -> [UInt8]? {
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
  /// Lines for the user: what could not be fully checked, and which files were left out or changed.
  public let notes: [String]
  /// What its pictures are; nil if it has none.
  package let survey: PictureSurvey?
  /// The pictures that cannot be read and were left out.
  package let damaged: [DamagedFile]

  /// Creates the description of a source, with remarks for the user.
  public init(_ place: String, files: [String] = [], notes: [String] = []) {
    self.init(place, files: files, notes: notes, survey: nil)
  }

  init(
    _ place: String, files: [String], notes: [String], survey: PictureSurvey?,
    damaged: [DamagedFile] = []
  ) {
    self.place = place
    self.files = files
    self.notes = notes
    self.survey = survey
    self.damaged = damaged
  }
}

/// A file that cannot be read.
package struct DamagedFile: Sendable, Equatable {
  /// Its path.
  package let path: String
  /// Why it cannot be read.
  package let reason: String
}

/// A hash that is computed when it is first needed.
package final class CachedHash: Sendable, Equatable {
  private let value = Lock<String?>(nil)

  /// Returns the hash, which `compute` gives the first time.
  package func value(_ compute: () -> String) -> String {
    value.withLock { value in
      let hash = value ?? compute()
      value = hash
      return hash
    }
  }

  /// Hashes always compare equal: data sets compare the content itself.
  package static func == (first: CachedHash, second: CachedHash) -> Bool { true }
}
