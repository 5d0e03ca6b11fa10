import Testing

@testable import Datasets
@testable import KnownDatasets

@Suite struct KnownDatasetTests {
  @Test(arguments: KnownDataset.all)
  func digestsAndMirrorsAreWellFormed(set: KnownDataset) {
    #expect(set.checks.count == 4)
    #expect(!set.mirrors.isEmpty)
    #expect(set.mirrors.allSatisfy { $0.hasPrefix("http") && $0.hasSuffix("/") })
    for check in set.checks.values {
      let (sum, length) =
        switch check {
        case .content(let sha256): (sha256, 64)
        case .archive(let md5): (md5, 32)
        }
      #expect(sum.count == length)
      #expect(sum.allSatisfy { "0123456789abcdef".contains($0) })
    }
  }

  @Test func theNamesOfTheCommandLine() {
    #expect(KnownDataset.all.map(\.name) == ["mnist", "fashion-mnist", "kmnist"])
    #expect(
      KnownDataset.all.map(\.torchvisionFolder) == ["MNIST/raw", "FashionMNIST/raw", "KMNIST/raw"])
  }
}
