import ArgumentParser
import Datasets

/// Which images a run sees.
struct DataOptions: ParsableArguments {
  @Option(
    help: """
      mnist, fashion-mnist, kmnist, synthetic-digits, or a folder of IDX files (a path, with a \
      slash).
      """)
  var dataset = KnownDataset.mnist.name

  @Option(
    help: """
      Where known data sets are looked for. (default: GPUTRAIN_DATA, else the cache folder)
      """)
  var dataDir: String?

  /// Loads and checks the images, and says what they are.
  ///
  /// - Throws: `DatasetError`, `FileError`.
  func load() throws -> Dataset {
    let dataset = try DatasetStore(dataFolder: dataDir).load(dataset)
    let counts = "\(dataset.train.count) + \(dataset.validation.count) images"
    StandardError.print("data: \(dataset.name), \(counts), \(dataset.origin)")
    if let note = dataset.note { StandardError.print("note: \(note)") }
    return dataset
  }
}
