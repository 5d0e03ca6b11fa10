import ArgumentParser
import Datasets
import KnownDatasets

/// The images that a command uses.
struct DataOptions: ParsableArguments {
  @Option(
    help: """
      mnist, fashion-mnist, kmnist, synthetic-digits, or a folder (a path, with a slash) of IDX \
      files or of grey PNG files of 28 by 28 pixels, which may be in a folder for each class. \
      (default: \(KnownDataset.mnist.name))
      """, completion: .dataset)
  var dataset: String?

  @Option(
    help: """
      The folder that known data sets are looked up in. (default: GPUTRAIN_DATA, else the cache \
      folder)
      """, completion: .directory)
  var dataDir: String?

  /// Loads and checks the images that a run was trained with, unless the options name others.
  ///
  /// - Parameter run: The run's record; nil without a run.
  /// - Throws: `DatasetError`, `FileError`; `InputError` if the images are not the run's.
  func load(of run: RunRecord?) throws -> Dataset {
    guard let run, dataset == nil else { return try load() }
    return try load(as: run, limit: run.settings.limit, checking: [run])
  }

  /// Loads and checks the images that the options name.
  fileprivate func load(limit: Int? = nil) throws -> Dataset {
    try Dataset.load(dataset ?? KnownDataset.mnist.name, in: dataDir, limit: limit)
  }

  /// Loads the images of a run, from the folder that the options or the run name.
  fileprivate func load(
    as run: RunRecord, limit: Int?, checking runs: [RunRecord]
  ) throws -> Dataset {
    try Dataset.load(
      run.settings.dataset, in: dataDir ?? run.settings.dataDir, limit: limit, checking: runs)
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
    settings.dataset = data.dataset ?? settings.dataset
    settings.dataDir = data.dataDir ?? settings.dataDir
    settings.limit = limit ?? settings.limit
  }

  /// Loads the images to compare runs with: those that they were trained with, unless the options
  /// name others. A run's own limit does not apply.
  ///
  /// - Throws: What `DataOptions.load` throws; `UsageError` if the runs have different data sets.
  func load(comparing runs: [RunRecord]) throws -> Dataset {
    guard let run = runs.first, data.dataset == nil else { return try data.load(limit: limit) }
    let names = Set(runs.map(\.settings.dataset)).sorted()
    guard names.count == 1 else {
      throw UsageError(
        description: """
          the runs were trained with \(names.joined(separator: " and ")); choose what to compare \
          them with by --dataset
          """)
    }
    return try data.load(as: run, limit: limit, checking: runs)
  }
}

extension Dataset {
  /// Loads and checks images, and prints what they are.
  ///
  /// - Parameters:
  ///   - name: The name of a known data set, or a folder.
  ///   - folder: The folder that known data sets are looked up in; nil for the default.
  ///   - limit: The number of training images to keep; nil for all.
  ///   - runs: Runs that must have been trained with these images, each up to its own limit.
  /// - Throws: `DatasetError`, `FileError`; `InputError` if a run was trained with others.
  static func load(
    _ name: String, in folder: String?, limit: Int?, checking runs: [RunRecord] = []
  ) throws -> Dataset {
    let limits = [limit] + runs.map(\.settings.limit)
    let widest = limits.contains(nil) ? nil : limits.compactMap(\.self).max()
    let whole = try DatasetStore(dataFolder: folder).load(name, limit: widest)
    func part(_ limit: Int?) -> Dataset { limit.map(whole.limited) ?? whole }
    guard
      runs.allSatisfy({ part($0.settings.limit).contentHash == $0.provenance.dataSha256 })
    else {
      throw InputError(
        description:
          "the images are not those that the run was trained with; name others with --dataset")
    }
    let dataset = part(limit)
    let counts = "\(dataset.train.count) + \(dataset.validation.count) images"
    StandardError.print("data: \(dataset.name), \(counts), \(dataset.source.place)")
    if let note = dataset.source.note { StandardError.note(note) }
    return dataset
  }

  /// Loads and checks the images of a run, and prints what they are.
  ///
  /// - Throws: `DatasetError`, `FileError`.
  static func load(for settings: RunSettings) throws -> Dataset {
    try load(settings.dataset, in: settings.dataDir, limit: settings.limit)
  }
}
