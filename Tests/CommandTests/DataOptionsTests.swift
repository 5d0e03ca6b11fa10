import Files
import Foundation
import Images
import TestFiles
import Testing

/// Bad data: exit code 65, the file's name, and no run folder.
@Suite struct DataOptionsTests {
  /// Runs `train` on a folder's `data`, which must be refused for this reason.
  private func expectRefused(
    _ folder: TemporaryFolder, _ texts: String..., dataset: [String] = ["--dataset", "./data"],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let before = try tree(folder.path)
    let outcome = try Gputrain.run(
      ["train", "linear-vae", "--out", "run", "--batch-size", "4"] + dataset, in: folder.path)
    for text in texts {
      expectRefusal(outcome, 65, text, sourceLocation: sourceLocation)
    }
    #expect(try tree(folder.path) == before, sourceLocation: sourceLocation)
  }

  @Test func aMissingFolder() throws {
    let folder = try TemporaryFolder()
    try expectRefused(folder, "the data folder ./data does not exist; check the path or run")
    try expectRefused(
      folder, "the data folder data does not exist; run 'gputrain data fetch mnist",
      dataset: ["--data-dir", "data"])
    try AtomicFile.write("x", to: folder.path + "/data")
    try expectRefused(
      folder, "./data cannot be used: it is not an .npy or .npz file; name a folder")
  }

  @Test func anEmptyFolder() throws {
    let folder = try TemporaryFolder()
    try createFolder(folder.path + "/data")
    try expectRefused(folder, "./data lacks train-images-idx3-ubyte")
    try expectRefused(
      folder, "no mnist data in data or data/mnist or data/MNIST/raw",
      dataset: ["--data-dir", "data"])
  }

  @Test func missingFiles() throws {
    let folder = try TemporaryFolder()
    try TinyData.write(to: folder.path + "/data", without: [TinyData.trainImages])
    try expectRefused(folder, "./data lacks train-images-idx3-ubyte")
  }

  /// A file of the set with content that is refused.
  struct Damage: CustomTestStringConvertible {
    let name: String
    let content: [UInt8]
    let reason: String

    init(_ name: String, _ content: [UInt8], _ reason: String) {
      (self.name, self.content, self.reason) = (name, content, reason)
    }

    var testDescription: String { "\(name): \(reason)" }
  }

  @Test(arguments: [
    Damage(TinyData.trainImages, [], "0 bytes are too few for an IDX header"),
    Damage(
      TinyData.trainImages, Array(TinyData.images(32).prefix(15)),
      "15 bytes are too few for an IDX header"),
    Damage(TinyData.trainImages, TinyData.labels(32), "it does not begin as IDX images do"),
    Damage(TinyData.trainImages, TinyData.images(32, magic: 0xD03), "not begin as IDX images"),
    Damage(TinyData.trainLabels, TinyData.images(1), "it does not begin as IDX labels do"),
    Damage(TinyData.trainImages, TinyData.images(0), "it claims 0 items"),
    Damage(TinyData.validationLabels, TinyData.labels(0), "it claims 0 items"),
    Damage(
      TinyData.trainImages, TinyData.images(2, rows: 0, columns: 28),
      "its images are 0×28; sides must be 1 to 4096"),
    Damage(
      TinyData.trainImages, TinyData.images(32).dropLast(), "it has 25103 bytes, but its header"),
    Damage(TinyData.trainImages, TinyData.images(32) + [0], "it has 25105 bytes, but its header"),
    Damage(
      TinyData.trainImages, [0, 0, 8, 3, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 28, 0, 0, 0, 28],
      "it claims 4294967295 items"),
    Damage(TinyData.trainImages, gzip(TinyData.images(32)).dropLast(9), "data are cut off"),
    Damage(
      TinyData.trainImages, gzip(TinyData.images(32)) + [0, 1, 2], "are damaged, or something"),
  ])
  func aDamagedFile(damage: Damage) throws {
    let folder = try TemporaryFolder()
    try TinyData.write(to: folder.path + "/data", changing: [damage.name: damage.content])
    try expectRefused(
      folder, "./data/\(damage.name) is not a usable data file: ", damage.reason, "; replace it")
  }

  @Test func aTruncatedArchive() throws {
    let folder = try TemporaryFolder()
    try TinyData.write(to: folder.path + "/data", packed: true)
    let path = "\(folder.path)/data/\(TinyData.trainImages).gz"
    let archive = try readFile(path: path, maximumBytes: 1 << 20)
    for count in [2, 20, archive.count / 2, archive.count - 1] {
      try AtomicFile.write(Array(archive.prefix(count)), to: path)
      try expectRefused(
        folder, "ubyte.gz is not a usable data file: ", "the packed data are cut off")
    }
  }

  @Test func countsThatDiffer() throws {
    let folder = try TemporaryFolder()
    try TinyData.write(
      to: folder.path + "/data", changing: [TinyData.trainLabels: TinyData.labels(31)])
    try expectRefused(folder, "has 32 images but", "has 31 labels; replace the pair")
  }

  @Test func foldersAndPipesInThePlaceOfFiles() throws {
    let folder = try TemporaryFolder()
    try TinyData.write(to: folder.path + "/data", without: [TinyData.trainImages])
    let path = "\(folder.path)/data/\(TinyData.trainImages)"
    try createFolder(path)
    try expectRefused(
      folder, "./data lacks train-images-idx3-ubyte (with or without .gz), but there is",
      " train-images-idx3-ubyte/; rename it")
    #expect(rmdir(path) == 0 && mkfifo(path, 0o600) == 0)
    try expectRefused(folder, "train-images-idx3-ubyte: not a regular file; name a plain file")
  }

  /// Files under the name mnist must be MNIST's to the last byte.
  @Test(arguments: ["data", "data/mnist", "data/MNIST/raw"], [true, false])
  func anotherContentUnderAKnownName(place: String, packed: Bool) throws {
    let folder = try TemporaryFolder()
    try TinyData.write(to: "\(folder.path)/\(place)", packed: packed)
    try expectRefused(
      folder, "\(place)/train-images-idx3-ubyte\(packed ? ".gz" : "") is damaged or not mnist: ",
      "its SHA-256 differs; replace it, or remove it and run 'gputrain data fetch mnist'",
      dataset: ["--data-dir", "data"])
  }

  /// Flips a byte of the last file of the real MNIST, if `GPUTRAIN_DATA` has it; otherwise of the
  /// tiny set under its name, whose first file is already wrong.
  @Test func aFlippedByteOfAKnownSet() throws {
    let folder = try TemporaryFolder()
    let (data, last) = (folder.path + "/data", TinyData.validationLabels)
    let root = ProcessInfo.processInfo.environment["GPUTRAIN_DATA"] ?? ""
    let real = [root, root + "/mnist", root + "/MNIST/raw"].first {
      exists("\($0)/\(last).gz") || exists("\($0)/\(last)")
    }
    if let real {
      try createFolder(data)
      for name in try FileManager.default.contentsOfDirectory(atPath: real)
      where TinyData.files.keys.contains(where: name.hasPrefix) {
        #expect(symlink("\(real)/\(name)", "\(data)/\(name)") == 0)
      }
    } else {
      try TinyData.write(to: data)
    }
    for path in ["\(data)/\(last).gz", "\(data)/\(last)"] where exists(path) {
      var bytes = try readFile(path: path, maximumBytes: 1 << 20)
      bytes[bytes.count / 2] ^= 1
      try removeFile(path)
      try AtomicFile.write(bytes, to: path)
    }
    try expectRefused(
      folder, real == nil ? TinyData.trainImages : last, "damaged", dataset: ["--data-dir", "data"])
  }

  /// Sets that are known by their archives: a wrong archive is refused, an unpacked copy is noted.
  @Test(arguments: [("fashion-mnist", "FashionMNIST/raw"), ("kmnist", "KMNIST/raw")])
  func aSetKnownByItsArchives(name: String, place: String) throws {
    let folder = try TemporaryFolder()
    let files = "data/\(place)"
    try TinyData.write(to: "\(folder.path)/\(files)", packed: true)
    let options = ["--dataset", name, "--data-dir", "data"]
    try expectRefused(
      folder, "\(files)/train-images-idx3-ubyte.gz is damaged or not \(name): its MD5 differs; ",
      "run 'gputrain data fetch \(name)'", dataset: options)
    for file in TinyData.files.keys { try removeFile("\(folder.path)/\(files)/\(file).gz") }
    try TinyData.write(to: "\(folder.path)/\(files)")
    let outcome = try Gputrain.run(
      ["train", "linear-vae", "--out", "run", "--batch-size", "8", "--epochs", "1"] + options,
      in: folder.path)
    expectSuccess(outcome)
    #expect(
      outcome.stderr.contains(
        "note: \(name): checked for form only, since only its archives' MD5 is known: "),
      "\(outcome)")
  }

  /// Pictures in folders of labels, as files of the PNG form.
  @Test func aFolderOfPictures() throws {
    let folder = try TemporaryFolder()
    let pictures = try Picture.tiles(
      Array(TinyData.images(20).dropFirst(16)), shape: .mnist)
    for (index, picture) in pictures.enumerated() {
      try createFolder("\(folder.path)/data/\(index % 10)")
      try AtomicFile.write(try picture.png(), to: "\(folder.path)/data/\(index % 10)/\(index).png")
    }
    let options = ["train", "linear-vae", "--batch-size", "6", "--epochs", "1"]
    let outcome = try Gputrain.run(
      options + ["--dataset", "./data", "--out", "made"], in: folder.path)
    expectSuccess(outcome)
    #expect(outcome.stderr.contains("data: ./data, 18 + 2 images, ./data\n"), "\(outcome)")
    #expect(outcome.stderr.contains("note: the last tenth of the pictures of each label"))

    try AtomicFile.write(
      try Picture(shape: ImageShape(height: 28, width: 32, channels: 1), shade: 0).png(),
      to: folder.path + "/data/7/7.png")
    let scaled = try Gputrain.run(
      options + ["--dataset", "./data", "--out", "scaled"], in: folder.path)
    expectSuccess(scaled)
    #expect(scaled.stderr.contains("note: pictures are scaled to 28×28×1\n"), "\(scaled)")
    try AtomicFile.write("", to: folder.path + "/data/7/7.png")
    try expectRefused(
      folder,
      "./data/7/7.png cannot be used: the file is empty; replace it, or leave out such "
        + "files with --skip-damaged")
  }

  @Test func anUnknownName() throws {
    expectRefusal(
      try Gputrain.run(["train", "linear-vae", "--dataset", "minst"]), 64,
      "unknown data set \"minst\"; known are mnist, fashion-mnist, kmnist, cifar-10, "
        + "synthetic-digits")
  }

  @Test func theFolderIsChosenByTheEnvironment() throws {
    let folder = try TemporaryFolder()
    let environment = ["GPUTRAIN_DATA": folder.path + "/nothing"]
    expectRefusal(
      try Gputrain.run(["train", "linear-vae"], environment: environment, in: folder.path), 65,
      "the data folder \(folder.path)/nothing does not exist")
    #expect(try folder.names().isEmpty)
  }

  /// The error stays one line and does not control the terminal, whatever a path contains.
  @Test func controlCharactersAreEscaped() throws {
    let folder = try TemporaryFolder()
    try expectRefused(
      folder, #"the data folder ./a\nb\u{1B}[31mc does not exist"#,
      dataset: ["--dataset", "./a\nb\u{1B}[31mc"])
  }
}
