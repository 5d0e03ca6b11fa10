import Files
import Foundation
import Images
import TestFiles
import Testing

/// `data list`, `data fetch` and `data verify`. No test leaves the loopback address.
@Suite struct DataCommandTests {
  static let archives = TinyData.files.keys.map { "\($0).gz" }

  /// Fetches MNIST from a mirror that does not have it.
  private func expectFailure(
    _ folder: TemporaryFolder, _ mirror: String, _ texts: String...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try Gputrain.run(
      ["data", "fetch", "mnist", "--mirror", mirror, "--data-dir", folder.path])
    for text in texts {
      expectRefusal(
        outcome, 65, "cannot fetch \(mirror)", text, "check the network or name another --mirror",
        sourceLocation: sourceLocation)
    }
    try expectNoData(folder, sourceLocation: sourceLocation)
  }

  /// Expects that no file is left.
  private func expectNoData(
    _ folder: TemporaryFolder, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let files = try tree(folder.path).filter { !$0.hasSuffix("/") }
    #expect(files.isEmpty, sourceLocation: sourceLocation)
  }

  @Test func aMissingFileLeavesNothing() throws {
    let folder = try TemporaryFolder()
    let server = try LoopbackServer([:])
    try expectFailure(folder, server.address, "returned error: 404")
    #expect(server.requested == ["train-images-idx3-ubyte.gz"])
    // The port was just freed, so nothing listens there.
    let port = try LoopbackServer([:]).port
    try expectFailure(folder, "http://127.0.0.1:\(port)/", "connect")
  }

  @Test(arguments: ["wrong", "cut", "plain", "short"])
  func aWrongFileLeavesNothing(kind: String) throws {
    let folder = try TemporaryFolder()
    let archive = gzip(TinyData.images(3))
    let (answer, text): (LoopbackServer.Answer, String) =
      switch kind {
      case "wrong": (.file(archive), "the download is damaged or not mnist: its SHA-256 differs")
      case "cut": (.file(archive.dropLast(9)), "the packed data are cut off")
      case "plain": (.file(Array("<html>Sign in".utf8)), "the download is not a gzip archive")
      default: (.truncated(archive), "transfer closed with")
      }
    let server = try LoopbackServer(
      Dictionary(uniqueKeysWithValues: Self.archives.map { ($0, [answer]) }))
    try expectFailure(folder, server.address, text)
  }

  /// Existing files stay unchanged.
  @Test func aFailureKeepsExistingFiles() throws {
    let folder = try TemporaryFolder()
    try TinyData.write(to: folder.path + "/mnist", packed: true)
    let server = try LoopbackServer([:])
    expectRefusal(
      try Gputrain.run(
        ["data", "fetch", "mnist", "--mirror", server.address, "--data-dir", folder.path]),
      65, "returned error: 404")
    for (name, content) in TinyData.files {
      let path = "\(folder.path)/mnist/\(name).gz"
      #expect(try readFile(path: path, maximumBytes: 1 << 20) == gzip(content))
    }
  }

  @Test func anInterruptLeavesNothing() throws {
    let folder = try TemporaryFolder()
    let server = try LoopbackServer(
      Dictionary(
        uniqueKeysWithValues: Self.archives.map {
          ($0, [.stalled([UInt8](repeating: 0x1F, count: 100_000))])
        }))
    let outcome = try Gputrain.run(
      ["data", "fetch", "mnist", "--mirror", server.address, "--data-dir", folder.path]
    ) { !server.requested.isEmpty }
    // A shell reports either as 130.
    #expect(outcome.signal == SIGINT || outcome.status == 130, "\(outcome)")
    #expect(outcome.stderr == "fetching train-images-idx3-ubyte.gz (1 of 4)\n")
    try expectNoData(folder)
  }

  @Test func aPlaceThatCannotBeWritten() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write("x", to: folder.path + "/file")
    let server = try LoopbackServer([:])
    for place in [folder.path + "/file", "/proc/nowhere"] {
      expectRefusal(
        try Gputrain.run(
          ["data", "fetch", "--mirror", server.address, "--data-dir", place]),
        74, "cannot create the folder \(place)/mnist: ", "choose another --data-dir")
    }
    #expect(server.requested.isEmpty)
  }

  @Test func namesThatCannotBeFetched() throws {
    for command in ["fetch", "verify"] {
      expectRefusal(
        try Gputrain.run(["data", command, "minst"]), 64, "unknown data set \"minst\"; known are")
      let outcome = try Gputrain.run(["data", command, "synthetic-digits"])
      expectSuccess(outcome)
      #expect(outcome.stdout == "synthetic-digits is drawn by the program: there are no files\n")
    }
  }

  @Test(arguments: ["fashion-mnist", "kmnist"])
  func aSetKnownByItsArchivesIsFetchedAndChecked(name: String) throws {
    let folder = try TemporaryFolder()
    let server = try LoopbackServer(
      Dictionary(
        uniqueKeysWithValues: TinyData.files.map { ("\($0.key).gz", [.file(gzip($0.value))]) }))
    expectRefusal(
      try Gputrain.run(
        ["data", "fetch", name, "--mirror", server.address, "--data-dir", folder.path]),
      65, "the download is damaged or not \(name): its MD5 differs")
    #expect(server.requested == ["train-images-idx3-ubyte.gz"])
    try expectNoData(folder)
  }

  @Test func verifyReportsEachFile() throws {
    let folder = try TemporaryFolder()
    try TinyData.write(to: folder.path)
    let good = try Gputrain.run(["data", "verify", folder.path + "/"])
    expectSuccess(good)
    #expect(
      good.stdoutLines.prefix(4).allSatisfy { $0.hasSuffix(": right form, content not checked") })
    #expect(good.stdoutLines[4] == "images: 28×28×1, 32 to train on and 8 to validate with")
    #expect(good.stdoutLines[5] == "10 classes:" && good.stdoutLines.count == 16)
    #expect(good.stdoutLines[6] == "  0  4 + 1 images")
    #expect(good.stdoutLines[15] == "  9  3 + 0 images")

    // Under the name of MNIST each file is wrong: the reports are the result, the verdict an error.
    let wrong = try Gputrain.run(["data", "verify", "mnist", "--data-dir", folder.path])
    #expect(wrong.status == 65)
    #expect(wrong.stdoutLines.count == 4)
    #expect(wrong.stdoutLines.allSatisfy { $0.contains(" is damaged or not mnist: ") })
    #expect(wrong.stderr == "gputrain: mnist is not in order; see the lines above\n")

    expectRefusal(
      try Gputrain.run(["data", "verify", "--data-dir", folder.path + "/nowhere"]), 65,
      "no mnist data in \(folder.path)/nowhere")
    expectRefusal(
      try Gputrain.run(["data", "verify", "./nowhere"], in: folder.path), 65,
      "the data folder ./nowhere does not exist")
  }

  /// Every folder of pictures is a class, and is counted under its name.
  @Test func verifyCountsTheImagesOfEachClass() throws {
    let folder = try TemporaryFolder()
    let picture = try Picture(shape: .mnist, shade: 0).png()
    for (name, count) in [("10", 2), ("9", 20), ("letter\na", 1)] {
      try createFolder("\(folder.path)/data/\(name)")
      for index in 0..<count {
        try AtomicFile.write(picture, to: "\(folder.path)/data/\(name)/\(100 + index).png")
      }
    }
    let outcome = try Gputrain.run(["data", "verify", "./data"], in: folder.path)
    expectSuccess(outcome)
    #expect(
      outcome.stdout == """
        ./data, 23 pictures: right form, content not checked
        pictures: 23 PNG; 0 in colour, 23 grey
        sizes: 28×28
        images: 28×28×1, 21 to train on and 2 to validate with
        3 classes:
          9          18 + 2 images
          10         2 + 0 images
          letter\\na  1 + 0 images

        """)
    #expect(outcome.stderrLines.allSatisfy { $0.hasPrefix("note: ") })
  }

  /// Each file is valid, but they do not belong together.
  @Test func verifyHoldsThePairsTogether() throws {
    let folder = try TemporaryFolder()
    try TinyData.write(
      to: folder.path, changing: [TinyData.trainLabels: TinyData.labels(31)])
    let outcome = try Gputrain.run(["data", "verify", folder.path + "/"])
    #expect(outcome.status == 65)
    #expect(outcome.stdoutLines.last?.contains("has 32 images but") == true, "\(outcome)")
  }

  @Test func listSaysWhereTheSetsAre() throws {
    let folder = try TemporaryFolder()
    try TinyData.write(to: folder.path + "/KMNIST/raw", packed: true)
    let outcome = try Gputrain.run(["data", "list", "--data-dir", folder.path])
    expectSuccess(outcome)
    #expect(
      outcome.stdout == """
        mnist             not here: gputrain data fetch mnist
        fashion-mnist     not here: gputrain data fetch fashion-mnist
        kmnist            \(folder.path)/KMNIST/raw
        cifar-10          not here: gputrain data fetch cifar-10
        synthetic-digits  drawn by the program

        """)
    #expect(outcome.stderr == "")
  }
}
