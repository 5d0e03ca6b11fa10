import ArgumentParser
import Datasets
import KnownDatasets

/// `gputrain data`: lists, fetches and verifies the data sets that have a name.
struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Lists, fetches and verifies data sets.",
    subcommands: [List.self, Fetch.self, Verify.self])

  /// `gputrain data list`
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Lists the data sets and where they were found.")

    @Option(help: "The folder that data sets are looked up in.", completion: .directory)
    var dataDir: String?

    func run() throws {
      let store = DatasetStore(dataFolder: dataDir)
      for listing in store.list() {
        let name = listing.name.padding(to: 18)
        let location = listing.location ?? "not here: gputrain data fetch \(listing.name)"
        try StandardOutput.print(name + location)
      }
    }
  }

  /// `gputrain data fetch`
  struct Fetch: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "fetch",
      abstract: "Downloads a data set and checks it before anything is written.")

    @Argument(
      help: "mnist, fashion-mnist or kmnist.", completion: .list(KnownDataset.all.map(\.name)))
    var name = KnownDataset.mnist.name

    @Option(
      help: """
        The folder in which the data set's folder is created. (default: GPUTRAIN_DATA, else the \
        cache folder)
        """,
      completion: .directory)
    var dataDir: String?

    @Option(help: "The address of a folder with the four archives, in place of the known mirrors.")
    var mirror: String?

    func run() throws {
      if try saysThatItIsDrawn(name) { return }
      let store = DatasetStore(dataFolder: dataDir)
      let set = try store.knownDataset(name)
      let folder = store.fetchFolder(for: set)
      let written = try DatasetFetcher(mirror: mirror).fetch(set, into: folder) {
        StandardError.print("\($0)")
      }
      try StandardOutput.print(
        written.isEmpty ? "\(name) is complete in \(folder)" : "\(name) is now in \(folder)")
    }
  }

  /// `gputrain data verify`
  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "verify",
      abstract: "Checks the files of a data set, and counts the images of its classes.")

    @Argument(
      help: "A data set's name, or a folder (a path, with a slash).", completion: .dataset)
    var name = KnownDataset.mnist.name

    @Option(help: "The folder that data sets are looked up in.", completion: .directory)
    var dataDir: String?

    func run() throws {
      if try saysThatItIsDrawn(name) { return }
      let found = try DatasetStore(dataFolder: dataDir).verify(name)
      for report in found.reports { try StandardOutput.print("\(report)") }
      guard let dataset = found.dataset else {
        throw InputError(description: "\(name) is not in order; see the lines above")
      }
      if let note = dataset.source.note { StandardError.note(note) }
      for line in Self.lines(on: dataset) { try StandardOutput.print(line) }
    }

    /// Lists the classes with the numbers of their training and validation images.
    private static func lines(on dataset: Dataset) -> [String] {
      let classes = dataset.classes
      guard !classes.isEmpty else { return ["no classes: the images have no labels"] }
      let names = classes.map(\.name.escapingControlCharacters)
      let width = names.map(\.count).max() ?? 0
      let (train, heldOut) = (dataset.train.labelCounts, dataset.validation.labelCounts)
      return ["\(classes.count) \(classes.count == 1 ? "class" : "classes"):"]
        + zip(names, classes.map { Int($0.label) }).map { name, label in
          "  \(name.padding(to: width))  \(train[label]) + \(heldOut[label]) images"
        }
    }
  }
}

/// Prints that a data set has no files, if it is the one that the program draws.
///
/// - Returns: Whether it is that one.
private func saysThatItIsDrawn(_ name: String) throws -> Bool {
  guard name == SyntheticDigits.name else { return false }
  try StandardOutput.print("\(name) is drawn by the program: there are no files")
  return true
}
