import ArgumentParser
import Datasets
import KnownDatasets

/// Which images a command sees.
struct DataOptions: ParsableArguments {
  @Option(
    help: """
      mnist, fashion-mnist, kmnist, synthetic-digits, or a folder (a path, with a slash) of IDX files or \
      of grey PNG files of 28 by 28 pixels, which may be in a folder for each class. (default: \
      \(KnownDataset.mnist.name))
      """, completion: .dataset)
  var dataset: String?

  @Option(
    help: """
      Where known data sets are looked for. (default: GPUTRAIN_DATA, else the cache folder)
      """, completion: .directory)
  var dataDir: String?

  /// Loads and checks the images, and says what they are.
  ///
  /// - Parameters:
  ///   - limit: The most training images to keep.
  ///   - runs: What is recorded of runs, each of which was trained with these images, up to a limit of its own.
  /// - Throws: `DatasetError`, `FileError`; `InputError` where a run was trained with others.
  func load(limit: Int? = nil, asIn runs: [RunRecord] = []) throws -> Dataset {
    let limits = [limit] + runs.map(\.limit)
    let widest = limits.contains(nil) ? nil : limits.compactMap(\.self).max()
    let whole = try DatasetStore(dataFolder: dataDir)
      .load(dataset ?? KnownDataset.mnist.name, limit: widest)
    func part(_ limit: Int?) -> Dataset { limit.map(whole.limited) ?? whole }
    guard runs.allSatisfy({ part($0.limit).contentHash == $0.dataSha256 }) else {
      throw InputError(
        description:
          "the images are not those that the run was trained with; name some with --dataset")
    }
    let dataset = part(limit)
    let counts = "\(dataset.train.count) + \(dataset.validation.count) images"
    StandardError.print("data: \(dataset.name), \(counts), \(dataset.source.place)")
    if let note = dataset.source.note { StandardError.note(note) }
    return dataset
  }

  /// Loads the images that a run was trained with, unless the options name others.
  ///
  /// - Parameter run: what is recorded of it; nil where there is none.
  /// - Throws: as `load`.
  func load(of run: RunRecord?) throws -> Dataset {
    guard let run, dataset == nil else { return try load() }
    var options = self
    options.dataset = run.dataset
    options.dataDir = dataDir ?? run.dataDir
    return try options.load(limit: run.limit, asIn: [run])
  }
}

/// Which images a run trains on.
struct TrainingDataOptions: ParsableArguments {
  @OptionGroup var data: DataOptions

  @Option(help: "Take the first so many training images only.")
  var limit: Int?

  func validate() throws {
    if let limit { try OptionCheck.positive(limit, "--limit") }
  }

  /// As `DataOptions.load`.
  ///
  /// - Parameter limit: As --limit, where the user does not say.
  func load(limit: Int? = nil) throws -> Dataset { try data.load(limit: self.limit ?? limit) }

  /// Loads the images that runs are compared with: those that they were trained with, unless the options name others. A
  /// run's own limit is none here.
  ///
  /// - Throws: as `load`; `UsageError` where the runs do not agree.
  func load(comparing runs: [RunRecord]) throws -> Dataset {
    let names = Set(runs.map(\.dataset)).sorted()
    guard data.dataset != nil || names.count < 2 else {
      throw UsageError(
        description: """
          the runs were trained with \(names.joined(separator: " and ")); name what to compare them with by --dataset
          """)
    }
    guard let run = runs.first, data.dataset == nil else { return try load() }
    var options = data
    options.dataset = run.dataset
    options.dataDir = data.dataDir ?? run.dataDir
    return try options.load(limit: limit, asIn: runs)
  }

  /// The options with what they leave open as a run was begun.
  func filled(from begun: RunRecord?) -> TrainingDataOptions {
    var options = self
    options.data.dataset = data.dataset ?? begun?.dataset
    options.data.dataDir = data.dataDir ?? begun?.dataDir
    options.limit = limit ?? begun?.limit
    return options
  }
}
