import Testing

@testable import Datasets
@testable import KnownDatasets

@Suite struct DatasetTests {
  @Test func theHashDependsOnEveryPartAndOnNothingElse() {
    func set(_ pixel: UInt8, _ label: UInt8?) -> ImageSet {
      ImageSet(pixels: [UInt8](repeating: pixel, count: 784), labels: label.map { [$0] })
    }
    func hash(_ train: ImageSet, _ validation: ImageSet, name: String = "a") -> String {
      Dataset(name: name, train: train, validation: validation, from: DataSource(name)).contentHash
    }
    let base = hash(set(1, 2), set(3, 4))
    #expect(hash(set(1, 2), set(3, 4), name: "b") == base)
    let others = [
      hash(set(0, 2), set(3, 4)), hash(set(1, 0), set(3, 4)), hash(set(1, 2), set(0, 4)),
      hash(set(1, 2), set(3, 0)), hash(set(1, nil), set(3, 4)),
    ]
    #expect(Set(others + [base]).count == 6)
    #expect(base.count == 64)
  }

  @Test func classesAreTheLabelsThatOccur() {
    func set(_ labels: [UInt8]?, count: Int) -> ImageSet {
      ImageSet(pixels: [UInt8](repeating: 0, count: 784 * count), labels: labels)
    }
    let (train, validation) = (set([26, 3, 255, 3], count: 4), set([1, 26], count: 2))
    let dataset = Dataset(name: "a", train: train, validation: validation, from: DataSource("a"))
    #expect(dataset.classes.map(\.label) == [1, 3, 26, 255])
    #expect(dataset.classes.map(\.name) == ["1", "3", "26", "255"])
    #expect(dataset.classPlaces(of: train) == [2, 1, 3, 1])
    #expect(dataset.classPlaces(of: validation) == [0, 2])
    // A limit leaves some classes without images, but does not remove them.
    let limited = dataset.limited(to: 1)
    #expect(limited.classes == dataset.classes && limited.train.labels == [26])
    let bare = Dataset(
      name: "a", train: set(nil, count: 1), validation: set(nil, count: 1), from: DataSource("a"))
    #expect(bare.classes.isEmpty && bare.classPlaces(of: bare.train) == nil)
  }

  @Test func aDrawnSetHasTenClassesWhateverItsLimit() {
    let set = SyntheticDigits.make(trainCount: 20, validationCount: 1, limit: 1)
    #expect(set.classes.map(\.name) == (0..<10).map(String.init))
  }
}
