import Datasets
import GPUTensor
import GenerativeModels
import TestSupport
import Testing

@testable import gputrain

/// What the self-test tests.
@Suite struct SelfTestTests {
  private static let names = Models.all.map { $0.name }

  /// What runs, in which range, on tensors of which shapes.
  private struct Work: Hashable, CustomStringConvertible {
    let label: String
    let variant: KernelVariant
    let range: [[Int]]
    let shapes: [[Int]]

    init(_ launch: Launch) {
      label = launch.label
      variant = launch.variant
      range = [launch.global, launch.local ?? []]
      shapes = launch.arguments.compactMap {
        if case .tensor(let tensor) = $0 { [tensor.rows, tensor.columns] } else { nil }
      }
    }

    var description: String { "\(label) \(variant.function) \(range) \(shapes)" }
  }

  /// All launches of a training on as many images as MNIST has.
  private func trained(
    _ model: any GenerativeModel, batch: Int, on context: Context
  ) throws -> [Launch] {
    func store(_ count: Int) -> ImageStore {
      ImageStore(
        context, count: count, pixels: ImageSet.pixelsPerImage, batchSize: batch, label: "images")
    }
    let trainer = try model.makeTrainer(
      TrainingOptions(for: model, batchSize: batch), train: store(60_000),
      validation: store(10_000), on: context)
    return trainer.lists.flatMap(\.launches).filter { !$0.label.hasSuffix(".initialize") }
  }

  /// Nothing is computed.
  @Test(arguments: names, [KernelFamily.register, .workgroup])
  func everyProductAndConvolutionOfATrainingIsTested(name: String, family: KernelFamily) throws {
    let model = try #require(Models.named(name))
    let context = try testContext(family: family)
    let state = StepState(context)
    // The last batches have 60 and 100 images.
    for batch in [model.batchSize, 110] {
      var tested: Set<Work> = []
      for pass in try model.trainedPasses(batch: batch) {
        var layers = LayerCases(
          context: context, pass: pass, state: state, numbers: SelfTestNumbers(seed: 1))
        for stage in pass.network.stages.indices {
          _ = try layers.make(stage) {
            tested.formUnion($0.launches.map(Work.init))
            return false
          }
        }
      }
      let ofLayers = try trained(model, batch: batch, on: context).filter { launch in
        launch.label.contains(/\.(forward|backward_weight|backward_input)/)
          && !launch.label.hasPrefix("latents.")
      }
      #expect(ofLayers.count > 40)
      let untested = Set(ofLayers.map(Work.init)).subtracting(tested)
      #expect(untested.isEmpty, "\(untested)")
    }
  }

  @Test(arguments: names)
  func everyOtherKernelOfATrainingIsTested(name: String) throws {
    let model = try #require(Models.named(name))
    let context = try testContext()
    let state = StepState(context)
    var step = StepCases(
      context: context, model: model, batch: 3, state: state, numbers: SelfTestNumbers(seed: 1))
    var tested = Set(try step.make().flatMap { $0.list.launches.map(\.variant) })
    for pass in try model.trainedPasses(batch: 3) {
      var layers = LayerCases(
        context: context, pass: pass, state: state, numbers: SelfTestNumbers(seed: 1))
      for stage in pass.network.stages.indices {
        _ = try layers.make(stage) {
          tested.formUnion($0.launches.map(\.variant))
          return false
        }
      }
    }
    let untested = Set(try trained(model, batch: 3, on: context).map(\.variant))
      .subtracting(tested)
    #expect(untested.isEmpty, "\(untested)")
  }

  @Test func bordersAreTheEndsOfALine() {
    var random = SplitMix64(seed: 1)
    for shape in [[100_000], [1, 100_000], [100_000, 1]] {
      #expect(
        SelfTestCase.borders(of: shape, &random) == Array(0..<64) + Array(99_936..<100_000))
    }
  }

  @Test func bordersAreTheFirstAndLastRowsAndColumns() {
    var random = SplitMix64(seed: 1)
    let (rows, columns) = (9, 700)
    let expected = (0..<rows * columns).filter {
      let (row, column) = $0.quotientAndRemainder(dividingBy: columns)
      return [0, rows - 1].contains(row) || [0, columns - 1].contains(column)
    }
    #expect(Set(SelfTestCase.borders(of: [rows, columns], &random)) == Set(expected))
  }

  @Test func bordersOfMapsAreTheirRims() {
    var random = SplitMix64(seed: 1)
    let (images, height, width, channels) = (50, 7, 9, 64)
    let borders = Set(
      SelfTestCase.borders(of: [images, height, width, channels], &random))
    var seen: [Int: Set<Int>] = [:]
    for place in borders {
      let (pixel, channel) = place.quotientAndRemainder(dividingBy: channels)
      seen[pixel % (height * width), default: []].insert(channel)
    }
    for y in 0..<height {
      for x in 0..<width {
        let isAtRim = y == 0 || y == height - 1 || x == 0 || x == width - 1
        // Within the rim only the first and the last channel.
        let channels = seen[y * width + x, default: []]
        #expect(isAtRim ? channels.count > 2 : channels.isEmpty, "\(y), \(x)")
      }
    }
    // The last pixel of the last image has all its channels.
    let count = images * height * width * channels
    #expect(borders.isSuperset(of: count - channels..<count))
  }

  /// Where there is time for one part, the next test begins behind it, until all are done.
  @Test func whatThereWasNoTimeForIsTestedTheNextTime() throws {
    let context = try testContext()
    let trainer = try VAE.linear.makeTrainer(
      TrainingOptions(for: VAE.linear, batchSize: 4),
      train: ImageStore(context, count: 8, pixels: 784, batchSize: 4, label: "images"),
      validation: ImageStore(context, count: 4, pixels: 784, batchSize: 4, label: "images"),
      on: context)
    try CommandList.compile(trainer.trainingLists)
    let whole = try SelfTest(VAE.linear, batch: 4, on: context, .short(seconds: 600))
    #expect(whole.isWhole && whole.passes && whole.parts.count > 6)
    var parts: [String] = []
    var labels: Set<String> = []
    for number in 1...whole.parts.count {
      let done = Set(parts)
      let test = try SelfTest(VAE.linear, batch: 4, on: context, .short(seconds: 0)) {
        done.contains($0)
      }
      #expect(test.parts.count == 1 && test.isWhole == (number == whole.parts.count))
      parts += test.parts
      labels.formUnion(test.results.map(\.label))
    }
    #expect(parts == whole.parts)
    #expect(labels.isSuperset(of: whole.results.map(\.label)))
  }

  /// A kind of model whose steps the self-test does not know.
  private struct OtherModel: GenerativeModel {
    let name = "other"
    let decoder = VAE.linear.decoder
    let batchSize = 4
    let learningRate = 1e-3
    let stableSettings: LearningSettings? = nil
    let imageRange: ClosedRange<Float> = 0...1
    let metricNames: [String] = []
    var networks: KeyValuePairs<String, Network> { ["decoder": decoder] }

    func makeTrainer(
      _ options: TrainingOptions, train: ImageStore, validation: ImageStore, on context: Context
    ) throws -> any Trainer {
      try VAE.linear.makeTrainer(options, train: train, validation: validation, on: context)
    }
  }

  @Test func aKindWithoutTruthFails() throws {
    let context = try testContext()
    let error = #expect(throws: SelfTestFailure.self) {
      try SelfTest(OtherModel(), batch: 4, on: context)
    }
    #expect(error?.description == "the self-test has no truth for other, whose kind is OtherModel")
    #expect(throws: SelfTestFailure.self) { try OtherModel().trainedPasses(batch: 4) }
  }

  /// A kind of layer that the self-test does not know.
  private struct OtherLayer: WeightedLayer {
    let name = "other"
    func outputShape(for input: Shape) -> Shape { input }
    func parameters(from input: Shape, to output: Shape) -> [ParameterSpec] { [] }
    func forward(
      _ label: String, _ x: Tensor, weight: Tensor, epilogue: Epilogue, into y: Tensor,
      on list: CommandList
    ) {}
    func backwardWeight(
      _ label: String, _ x: Tensor, dy: Tensor, gradients: [Tensor], on list: CommandList
    ) {}
    func backwardInput(
      _ label: String, dy: Tensor, weight: Tensor, epilogue: Epilogue, into dx: Tensor,
      on list: CommandList
    ) {}
  }

  @Test func aLayerWithoutTruthFails() throws {
    let context = try testContext()
    var layers = LayerCases(
      context: context, pass: TrainedPass(network: Network(input: 4) { OtherLayer() }, rows: 2),
      state: StepState(context), numbers: SelfTestNumbers(seed: 1))
    let error = #expect(throws: SelfTestFailure.self) { try layers.make(0) { _ in true } }
    #expect(
      error?.description
        == "the self-test has no truth for the layer other, whose kind is OtherLayer")
  }
}
