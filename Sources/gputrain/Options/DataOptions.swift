import ArgumentParser
import Datasets
import GenerativeModels
import KnownDatasets

/// The images that a command uses.
struct DataOptions: ParsableArguments {
  @Option(
    help: """
      mnist, fashion-mnist, kmnist, cifar-10, synthetic-digits, or a path, with a slash: of a \
      folder of PNG and JPEG files, which may be in a folder for each class, of arrays (.npz, \
      .npy) or of IDX files. (default: \(KnownDataset.mnist.name))
      """, completion: .dataset)
  var dataset: String?

  @Option(
    help: """
      The folder that known data sets are looked up in. (default: GPUTRAIN_DATA, else the cache \
      folder)
      """, completion: .directory)
  var dataDir: String?

  @OptionGroup var images: ImageOptions

  /// Sets the settings that the options give.
  func fill(_ settings: inout RunSettings) {
    settings.dataset = dataset ?? settings.dataset
    settings.dataDir = dataDir ?? settings.dataDir
    images.fill(&settings)
  }

  /// Loads and checks the images that a run was trained with, unless the options name others.
  ///
  /// - Parameters:
  ///   - model: The model that takes the images; nil for any.
  ///   - run: The run's record; nil without a run.
  ///   - limit: The number of training images to keep; nil for all.
  /// - Throws: `DatasetError`, `FileError`; `InputError` if the images are not the run's.
  func load(
    for model: (any GenerativeModel)?, of run: RunRecord?, limit: Int? = nil
  ) throws -> Dataset {
    try load(for: model, checking: run.map { [$0] } ?? [], limit: limit ?? run?.settings.limit)
  }

  /// Loads and checks the images that runs were trained with, unless the options name others.
  fileprivate func load(
    for model: (any GenerativeModel)?, checking runs: [RunRecord], limit: Int?
  ) throws -> Dataset {
    let begun = dataset == nil ? runs.first?.settings : nil
    var settings = begun ?? .blank
    if begun == nil { settings.dataset = KnownDataset.mnist.name }
    fill(&settings)
    settings.limit = limit
    return try Dataset.load(
      settings.dataRequest(for: model), checking: begun == nil ? [] : runs)
  }
}

/// The images that a run trains on.
struct TrainingDataOptions: ParsableArguments {
  @OptionGroup var data: DataOptions

  @Option(help: "Use only the first LIMIT training images.")
  var limit: Int?

  func validate() throws { try OptionCheck.number(limit, .count, "--limit") }

  /// Sets the settings that the options give.
  func fill(_ settings: inout RunSettings) {
    data.fill(&settings)
    settings.limit = limit ?? settings.limit
  }

  /// Loads the images to compare runs with: those that they were trained with, unless the options
  /// name others. A run's own limit does not apply.
  ///
  /// - Parameter models: The models of the runs, which must take images of one shape.
  /// - Throws: What `DataOptions.load` throws; `UsageError` if the runs have different data sets.
  func load(comparing runs: [RunRecord], of models: [any GenerativeModel]) throws -> Dataset {
    if let first = models.first,
      let other = models.first(where: { $0.imageShape != first.imageShape })
    {
      throw UsageError(
        description: """
          \(first.name) makes images of \(first.imageShape) and \(other.name) of \
          \(other.imageShape), which cannot be compared
          """)
    }
    let names = Set(runs.map(\.settings.dataset)).sorted()
    guard names.count < 2 || data.dataset != nil else {
      throw UsageError(
        description: """
          the runs were trained with \(names.joined(separator: " and ")); choose what to compare \
          them with by --dataset
          """)
    }
    return try data.load(for: models.first, checking: runs, limit: limit)
  }
}

/// Images that a command needs: those of a data set, prepared.
struct DataRequest {
  /// The name of a known data set, or a folder.
  var name: String
  /// The folder that known data sets are looked up in; nil for the default.
  var folder: String?
  /// The number of training images to keep; nil for all.
  var limit: Int?
  var preparation: ImagePreparation
}

extension Dataset {
  /// Returns the bytes of the first validation images.
  ///
  /// - Parameters:
  ///   - count: Their number, --count; nil for the default.
  ///   - standard: The default, or all if there are fewer.
  /// - Throws: `UsageError` if there are fewer than `count`.
  func firstValidationImages(_ count: Int?, orElse standard: Int) throws -> ArraySlice<UInt8> {
    let count = count ?? min(standard, validation.count)
    guard count <= validation.count else {
      throw UsageError(
        description: """
          --count \(count) is larger than the data: \(name) has \(validation.count) validation \
          images
          """)
    }
    return validation.storage[0..<count * shape.elements].bytes[...]
  }

  /// Loads and checks images, and prints what they are.
  ///
  /// - Parameters:
  ///   - request: The images.
  ///   - runs: Runs that must have been trained with these images, each up to its own limit.
  /// - Throws: `DatasetError`, `FileError`; `InputError` if a run was trained with others.
  static func load(_ request: DataRequest, checking runs: [RunRecord] = []) throws -> Dataset {
    let limits = [request.limit] + runs.map(\.settings.limit)
    let widest = limits.contains(nil) ? nil : limits.compactMap(\.self).max()
    let line = ReadingLine()
    let store = DatasetStore(
      dataFolder: request.folder, preparation: request.preparation, onProgress: line.update)
    let whole = try line.clearing { try store.load(request.name, limit: widest) }
    func part(_ limit: Int?) -> Dataset { limit.map(whole.limited) ?? whole }
    guard
      runs.allSatisfy({ part($0.settings.limit).contentHash == $0.provenance.dataSha256 })
    else {
      throw InputError(
        description:
          "the images are not those that the run was trained with; name others with --dataset")
    }
    let dataset = part(request.limit)
    let counts = "\(dataset.train.count) + \(dataset.validation.count) images"
    let shape = dataset.shape == .mnist ? "" : " of \(dataset.shape)"
    StandardError.print("data: \(dataset.name), \(counts)\(shape), \(dataset.source.place)")
    for note in dataset.source.notes { StandardError.note(note) }
    return dataset
  }
}
