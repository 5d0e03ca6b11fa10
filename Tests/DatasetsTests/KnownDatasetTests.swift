import Testing

@testable import Datasets
@testable import KnownDatasets

@Suite struct KnownDatasetTests {
  @Test(arguments: KnownDataset.all)
  func digestsAndMirrorsAreWellFormed(set: KnownDataset) {
    let checks: [KnownDataset.Check] =
      switch set.contents {
      case .idx(let checks): Array(checks.values)
      case .cifar10(let md5): [.archive(md5: md5)]
      }
    #expect(checks.count == set.archives.count)
    #expect(!set.mirrors.isEmpty)
    #expect(set.mirrors.allSatisfy { $0.hasPrefix("http") && $0.hasSuffix("/") })
    for check in checks {
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
    #expect(KnownDataset.all.map(\.name) == ["mnist", "fashion-mnist", "kmnist", "cifar-10"])
    #expect(
      KnownDataset.all.map(\.torchvisionFolder)
        == ["MNIST/raw", "FashionMNIST/raw", "KMNIST/raw", nil])
  }
}
