import ArgumentParser
import Datasets
import Images
import KnownDatasets
import Reports

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
      help: "mnist, fashion-mnist, kmnist or cifar-10.",
      completion: .list(KnownDataset.all.map(\.name)))
    var name = KnownDataset.mnist.name

    @Option(
      help: """
        The folder in which the data set's folder is created. (default: GPUTRAIN_DATA, else the \
        cache folder)
        """,
      completion: .directory)
    var dataDir: String?

    @Option(help: "The address of a folder with the archives, in place of the known mirrors.")
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

    @OptionGroup var images: ImageOptions

    @Option(
      help: "A sheet of \(sheetCount) of the training images, a PNG: FILE.png.",
      completion: .file(extensions: ["png"]))
    var out: String?

    private static let sheetCount = 25

    func validate() throws { try OptionCheck.file(out, "--out", ending: ".png") }

    func run() throws {
      if try saysThatItIsDrawn(name) { return }
      var settings = RunSettings.blank
      images.fill(&settings)
      var preparation = settings.dataRequest(for: nil).preparation
      preparation.sizeOfDifferent = ImageSize(64)
      let line = ReadingLine()
      let store = DatasetStore(
        dataFolder: dataDir, preparation: preparation, onProgress: line.update)
      let found = try line.clearing { try store.verify(name) }
      for report in found.reports { try StandardOutput.print("\(report)") }
      guard let dataset = found.dataset else {
        throw InputError(description: "\(name) is not in order; see the lines above")
      }
      for note in dataset.source.notes { StandardError.note(note) }
      for line in Self.lines(on: dataset) { try StandardOutput.print(line) }
      if let out { try draw(dataset, to: out) }
    }

    /// Draws some of the training images, from the whole of the set.
    private func draw(_ dataset: Dataset, to path: String) throws {
      try OutputOptions.check([path], besides: dataset.source.files)
      let (images, size) = (dataset.train, dataset.shape.elements)
      let count = min(Self.sheetCount, images.count)
      let pictures = try (0..<count).map { index in
        let start = index * images.count / count * size
        return try Picture(shape: images.shape, pixels: images.storage[start..<start + size].bytes)
      }
      try ImageSheet().render(pictures).writePNG(to: path)
      try StandardOutput.print(path)
    }

    /// Says what the images are, and lists the classes with the numbers of their training and
    /// validation images.
    private static func lines(on dataset: Dataset) -> [String] {
      let classes = dataset.classes
      let about =
        (dataset.source.survey?.lines ?? []) + [
          "images: \(dataset.shape), \(dataset.train.count) to train on and "
            + "\(dataset.validation.count) to validate with"
        ]
      guard !classes.isEmpty else { return about + ["no classes: the images have no labels"] }
      let names = classes.map(\.name.escapingControlCharacters)
      let width = names.map(\.count).max() ?? 0
      let (train, heldOut) = (dataset.train.labelCounts, dataset.validation.labelCounts)
      return about + ["\(classes.count) \(classes.count == 1 ? "class" : "classes"):"]
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
