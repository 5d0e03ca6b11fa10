import Testing

@testable import Datasets

@Suite struct DatasetTests {
  @Test func theHashDependsOnEveryPartAndOnNothingElse() {
    func set(_ pixel: UInt8, _ label: UInt8?) -> ImageSet {
      ImageSet(pixels: [UInt8](repeating: pixel, count: 784), labels: label.map { [$0] })
    }
    func hash(_ train: ImageSet, _ validation: ImageSet, name: String = "a") -> String {
      Dataset(name: name, train: train, validation: validation, origin: name).contentHash
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
}
