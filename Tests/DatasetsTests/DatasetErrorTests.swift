import Testing

@testable import Datasets

@Suite struct DatasetErrorTests {
  @Test(arguments: [
    DatasetError.unknownName("a", known: ["b"]), .notFound(name: "a", folders: ["b"], hint: "c"),
    .missingFolder("a", hint: "b"), .incomplete(folder: "a", missing: ["b"], hint: "c"),
    .malformed(path: "a", reason: "b"), .unusable(path: "a", reason: "b", advice: "c"),
    .wrongContent(path: "a", name: "b", digest: "c", hint: "d"),
    .countMismatch(images: "a", imageCount: 1, labels: "b", labelCount: 2),
    .incomplete(folder: "a", missing: ["b"], alike: ["c", "d", "e", "f"], hint: "g"),
    .severalSets(folder: "a", names: ["b", "c"]), .tooManyClasses(path: "a", count: 2, most: 1),
    .tooFewImages(path: "a"), .noCurl, .download(url: "a", reason: "b"),
  ])
  func isOneLineWithARemedy(error: DatasetError) {
    #expect(!error.description.contains("\n"))
    #expect(error.description.contains("; "))
  }
}
