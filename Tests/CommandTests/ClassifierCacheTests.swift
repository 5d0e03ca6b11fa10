import Datasets
import Files
import GPUTensor
import KnownDatasets
import TestFiles
import TestSupport
import Testing

@testable import gputrain

/// The classifier of `evaluate` has the data's classes.
@Suite struct ClassifierCacheTests {
  /// A folder of tiny data with these labels in turn.
  private func folder(labels: [UInt8]) throws -> TemporaryFolder {
    func file(_ count: Int) -> [UInt8] {
      Array(TinyData.labels(count).prefix(8)) + (0..<count).map { labels[$0 % labels.count] }
    }
    let folder = try TemporaryFolder()
    try TinyData.write(
      to: folder.path + "/data",
      changing: [
        TinyData.trainLabels: file(TinyData.trainCount),
        TinyData.validationLabels: file(TinyData.validationCount),
      ])
    return folder
  }

  @Test(arguments: [[0, 1], [255, 7], Array(1...26)] as [[UInt8]])
  func hasAsManyClassesAsThereAreLabels(labels: [UInt8]) throws {
    let folder = try folder(labels: labels)
    let data = try DatasetStore(environment: [:]).load(folder.path + "/data")
    #expect(ClassifierCache(data, seed: 1)?.model.classes == labels.count)
    // A limit removes images, but no class.
    #expect(ClassifierCache(data.limited(to: 2), seed: 1)?.model.classes == labels.count)
  }

  @Test func aSingleClassTeachesNothing() throws {
    let folder = try folder(labels: [3])
    let data = try DatasetStore(environment: [:]).load(folder.path + "/data")
    #expect(ClassifierCache(data, seed: 1) == nil)
    #expect(
      ClassifierCache.fault(of: data) == "\(folder.path)/data has images of one class only")
  }

  @Test func evaluateMeasuresByThem() throws {
    let labels = Array(1...25) + [200] as [UInt8]
    let folder = try folder(labels: labels)
    try Tensors.write(PlainWeights.tensors(of: "linear-gan"), to: folder.path + "/gan")
    let outcome = try Gputrain.run(
      [
        "evaluate", "gan", "--model", "linear-gan", "--dataset", "./data", "--tensors", "t",
      ], environment: Gputrain.environment(cache: folder.path + "/cache"), in: folder.path)
    expectSuccess(outcome)
    let file = try Tensors.read(folder.path + "/t")
    #expect(file.tensors.first { $0.name == "logits" }?.shape == [8, labels.count])
  }

  /// Kernels that compute differently train another classifier, which is kept in another file.
  @Test func otherKernelsHaveAClassifierOfTheirOwn() throws {
    let folder = try folder(labels: [0, 1])
    let data = try DatasetStore(environment: [:]).load(folder.path + "/data")
    let cache = try #require(ClassifierCache(data, seed: 1))
    let changed = folder.path + "/kernels"
    try writeKernels(to: changed, changing: "cross_entropy.cl") { "// Changed.\n" + $0 }
    func path(
      _ kernels: KernelSources, _ family: KernelFamily, _ convolution: ConvolutionMethod
    ) throws -> String {
      try cache.path(
        on: try testContext(kernelSources: kernels, family: family, convolution: convolution))
    }
    let first = try path(.embedded, .register, .auto)
    #expect(try path(.embedded, .register, .auto) == first)
    #expect(try path(.folder(changed), .register, .auto) != first)
    #expect(try path(.embedded, .workgroup, .auto) != first)
    #expect(try path(.embedded, .register, .direct) != first)
  }

  /// The accuracy to expect is known only for all of MNIST.
  @Test func aClassifierThatHasNotLearned() {
    func isWeak(_ accuracy: Double, _ dataset: String = "mnist", _ count: Int = 60_000) -> Bool {
      ClassifierCache.isWeak(accuracy: accuracy, on: dataset, trainImages: count)
    }
    #expect(isWeak(0.9899) && !isWeak(0.9918) && !isWeak(0.5, "mnist", 59_999))
    #expect(!isWeak(0.5, "fashion-mnist") && !isWeak(0.5, "./mnist"))
  }
}
