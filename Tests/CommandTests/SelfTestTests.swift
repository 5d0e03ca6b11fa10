import Datasets
import GPUTensor
import GenerativeModels
import TestSupport
import Testing

@testable import gputrain

/// Which operations the self-test compares, and where.
@Suite struct SelfTestTests {
  private static let names = Models.paper.map { $0.name }

  /// Records a training on a few images, whose last batches are short.
  private func training(
    _ name: String, on context: Context
  ) throws -> any Trainer {
    let model = try #require(Models.named(name))
    return try RecordedTraining(
      model, TrainingOptions(for: model, batchSize: 3), train: 8, validation: 4, on: context
    ).trainer
  }

  @Test(arguments: names, [KernelFamily.register, .workgroup])
  func everyLaunchOfATrainingBelongsToOneOperation(
    name: String, family: KernelFamily
  ) throws {
    let trainer = try training(name, on: try testContext(family: family))
    for list in trainer.lists {
      #expect(list.operations.flatMap(\.launches) == Array(list.launches.indices))
    }
    let names = trainer.namedLists
    #expect(Set(names.map(\.name)).count == names.count - 1, "the first two have none")
    #expect(
      Set(names.map { ObjectIdentifier($0.list) })
        == Set(trainer.lists.map { ObjectIdentifier($0) }))
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
        // Inside the rim, only the first and the last channel.
        let channels = seen[y * width + x, default: []]
        #expect(isAtRim ? channels.count > 2 : channels.isEmpty, "\(y), \(x)")
      }
    }
    // The last pixel of the last image has all its channels.
    let count = images * height * width * channels
    #expect(borders.isSuperset(of: count - channels..<count))
  }

  /// If there is time for one operation, the next test continues after it, until all are done.
  @Test func continuesWhereTimeRanOut() throws {
    let context = try testContext()
    let lists = try training("linear-vae", on: context).namedLists
    let whole = try SelfTest("linear-vae", lists, on: context, .short(seconds: 600))
    #expect(whole.isWhole && whole.passes)
    #expect(whole.done == lists.reduce(0) { $0 + $1.list.operations.count })
    var done = 0
    var labels: Set<Substring> = []
    while done < whole.done {
      let test = try SelfTest("linear-vae", lists, on: context, .short(seconds: 0), from: done)
      #expect(test.results.count <= 1 && test.done > done)
      #expect(test.isWhole == (test.done == whole.done))
      done = test.done
      labels.formUnion(test.results.map(\.operation))
    }
    #expect(labels.isSuperset(of: whole.results.map(\.operation)))
  }

  @Test func aLaunchWithoutTruthFails() throws {
    let context = try testContext()
    let list = CommandList(context)
    let x = Tensor(context, [4], label: "x")
    list.append(
      "own", KernelVariant("copy.cl", "copy", ["LANES": 1]), over: .items([4]),
      [.uint(4), .uint(0), .uint(0), .tensor(x), .tensor(x)])
    let error = #expect(throws: SelfTestFailure.self) {
      try SelfTest("own", [(name: "", list: list)], on: context)
    }
    #expect(
      error?.description
        == "the self-test cannot check own (copy): record it as an operation")
  }

  /// Operations that only evaluations run, at odd shapes.
  @Test(arguments: [KernelFamily.register, .workgroup])
  func operationsOfEvaluationsHaveATruth(family: KernelFamily) throws {
    let context = try testContext(family: family)
    let list = CommandList(context)
    func tensor(_ shape: Int..., type: ElementType = .float32) -> Tensor {
      Tensor(context, shape, type, label: "tensor")
    }
    let state = StepState(context)
    let source = RandomSource(seed: 5, stream: 2)
    let order = BatchOrder(batchSize: 4, shuffle: source, state: state)
    list.gatherShifted(
      "shifted", order, of: [tensor(11, 30, type: .uint8)], by: Shifts(stream: 7, upTo: 2),
      range: -1...1, into: tensor(3, 5, 6, 1))
    list.gatherBatch(
      "parts", order, of: [4, 4, 3].map { tensor($0, 30, type: .uint8) }, range: -1...1,
      into: tensor(3, 30))
    var staged = order
    staged.isStaged = true
    list.gatherBatch(
      "staged", staged, of: [tensor(4, 30, type: .uint8)], range: -1...1, into: tensor(3, 30))
    list.gatherLabels(
      "labels", order, of: tensor(11, type: .uint8), into: tensor(4, type: .uint8))
    list.softmaxCrossEntropy(
      "cross entropy", tensor(5, 7), labels: tensor(5, type: .uint8), into: tensor(5, 7),
      loss: tensor(5), correct: tensor(5))
    list.fillNormal("normal", source: source, step: 3, into: tensor(5, 9))
    list.reparameterizeWeighted(
      "weighted", tensor(6, 16), noise: StepNoise(source, state), into: tensor(6, 8),
      logRatio: tensor(6))
    list.halfNorms("half norms", tensor(7, 20), into: tensor(7))
    for first in [0, 40] {
      list.largestScores(
        "largest from \(first)", tensor(6, 33), first: first, into: tensor(6, 4),
        places: tensor(6, 4, type: .word))
    }
    list.cubedSums("cubed", tensor(5, 18), scale: 0.5, into: tensor(5))
    let test = try SelfTest("evaluation", [(name: "", list: list)], on: context)
    #expect(test.results.count == 11)
    #expect(test.passes, "\(test.table)")
  }
}

/// Layers that none of the four models has.
@Suite struct SelfTestOfLayersTests {
  @Test(arguments: [[6, 5, 4, 6], [10, 3]])
  func batchNormalizationHasATruth(shape: [Int]) throws {
    let context = try testContext()
    let list = CommandList(context)
    let channels = shape[shape.count - 1]
    func tensor(_ shape: [Int], _ type: ElementType = .float32) -> Tensor {
      Tensor(context, shape, type, label: "tensor")
    }
    let (weight, bias) = (tensor([channels]), tensor([channels]))
    let running = RunningStatistics(
      mean: tensor([channels]), variance: tensor([channels]), batches: tensor([1], .word))
    let statistics = BatchStatistics(groups: 2, channels: channels, label: "norm", on: context)
    let dropout = DropoutMask(
      probability: 0.4, source: RandomSource(seed: 5, stream: 2), state: StepState(context))
    let x = tensor(shape)
    list.fill("fill", with: 3, into: tensor(shape))
    list.batchStatistics("statistics", of: x, into: statistics, running: running)
    list.normalize(
      "forward", x, by: statistics, weight: weight,
      epilogue: .output(bias: bias, .leaky(slope: 0.3), dropout), into: tensor(shape))
    list.normalize(
      "evaluation", x, by: BatchStatistics(running), weight: weight,
      epilogue: .output(bias: bias, .identity, nil), into: tensor(shape))
    list.normalizeGradients(
      "weight", x, dy: tensor(shape), by: statistics, weight: weight, bias: bias)
    list.normalizeBackward(
      "input", dy: tensor(shape), by: statistics, weight: weight,
      epilogue: .gradient(.tanh, dropped: 0.25, of: x), into: tensor(shape))
    list.silu("silu", x, dropout: dropout, into: tensor(shape))
    list.siluBackward(
      "silu backward", dy: tensor(shape), epilogue: .gradient(.identity, dropped: 0.25, of: x),
      into: tensor(shape))
    list.squaredError(
      "squared error", x, targets: tensor(shape), through: .tanh, into: tensor(shape),
      loss: tensor([shape[0]]))
    if shape.count == 4 {
      let large = tensor([shape[0], 2 * shape[1], 2 * shape[2], channels])
      list.upsample("upsample", x, by: 2, into: large)
      list.upsampleBackward(
        "upsample backward", dy: large, by: 2, epilogue: .gradient(.relu, dropped: nil, of: x),
        into: tensor(shape))
    }
    let test = try SelfTest("layers", [(name: "", list: list)], on: context)
    #expect(test.results.count == list.operations.count)
    #expect(test.passes, "\(test.table)")
  }
}

extension SelfTestCase.Result {
  /// The operation, whatever list it was found in.
  fileprivate var operation: Substring { label.prefix { $0 != "," } }
}
