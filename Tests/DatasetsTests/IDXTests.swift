import Testing

@testable import Datasets

@Suite struct IDXTests {
  @Test func readsImagesAndLabels() throws {
    let images = FakeDataset.idx(.trainImages)
    let content = try IDX.content(of: images, file: .trainImages, path: "x")
    #expect(content.items == Array(images[16...]) && content.header.shape == .mnist)
    let labels = FakeDataset.idx(.trainLabels)
    #expect(
      try IDX.content(of: labels, file: .trainLabels, path: "x").items == Array(labels[8...]))
  }

  @Test(arguments: [DataFile.validationImages, .validationLabels])
  func everyTruncationAndExtensionIsRefused(file: DataFile) {
    let bytes = FakeDataset.idx(file)
    for count in bytes.indices {
      #expect(throws: DatasetError.self, "\(count) bytes") {
        try IDX.content(of: Array(bytes[..<count]), file: file, path: "x")
      }
    }
    #expect(throws: DatasetError.self) { try IDX.content(of: bytes + [0], file: file, path: "x") }
  }

  @Test(arguments: [
    (FakeDataset.idx(.trainLabels), DataFile.trainImages, "it does not begin as IDX images do"),
    (FakeDataset.idx(.trainImages), .trainLabels, "it does not begin as IDX labels do"),
    (FakeDataset.idx(.trainImages, count: 0), .trainImages, "it claims 0 items, not 1 to 2000000"),
    (
      [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 28, 0, 0, 0, 0], .trainImages,
      "its images are 28×0; sides must be 1 to 4096"
    ),
    (
      [0, 0, 8, 3, 0, 30, 0, 0, 0, 0, 16, 0, 0, 0, 16, 0], .trainImages,
      "it claims 32985348833296 bytes, more than 8589934592"
    ),
    (
      [0, 0, 8, 1, 0xFF, 0xFF, 0xFF, 0xFF], .trainLabels,
      "it claims 4294967295 items, not 1 to 2000000"
    ),
    ([], .trainLabels, "0 bytes are too few for an IDX header"),
    ([0, 0, 8, 1, 0, 0, 0, 3, 1, 2], .trainLabels, "it has 10 bytes, but its header claims 11"),
    (Array("<html><body>Not found".utf8), .trainImages, "it does not begin as IDX images do"),
  ])
  func saysWhatIsWrong(bytes: [UInt8], file: DataFile, reason: String) {
    #expect(throws: DatasetError.malformed(path: "x", reason: reason)) {
      try IDX.content(of: bytes, file: file, path: "x")
    }
  }
}
