import GPUTensor
import TestSupport

@testable import Datasets
@testable import Evaluation
@testable import GenerativeModels

/// Runs everything that a device does for a model, at small shapes: training with a short last
/// batch, validation, images, reconstructions and latents; the evaluation of images; and
/// convolutions of degenerate maps.
///
/// NOTE: Each part has its own context, in which no buffer is released before the end. oclgrind
/// 21.10 keeps the marks of a released buffer's written bytes for the next buffer, even of another
/// size.
struct SmallRun: Sendable {
  /// The kernels that were launched, as file and function.
  private(set) var launched: Set<String> = []
  /// The results by name.
  private(set) var numbers: [(name: String, values: [Float])] = []
  /// The parameters before training, by name.
  private(set) var drawn: [String: [Float]] = [:]

  init() throws {
    try train(GAN.tiny, .register, .winograd)
    try train(VAE.tiny, .register, .direct)
    try train(VAE.tiny, .register, .direct, isStreamed: true, shards: 2)
    try train(VAE.tinyGaussian(), .register, .direct)
    try train(GAN.tiny, .workgroup, .direct)
    try train(VAE.tiny, .workgroup, .direct)
    try evaluate(.register)
    try evaluate(.workgroup)
    try drawLatents()
    try joinLabels()
    try sumLong(.register)
    try sumLong(.workgroup)
    try multiplyAdd()
    // The precisions differ only in how a number is rounded, and oclgrind takes long for each.
    try convolve(
      Conv2DShape(
        height: 3, width: 2, inputChannels: 8, outputChannels: 10, window: Conv2DWindow(stride: 2)),
      on: try testContext(kernelSources: testKernels, precision: .tf32))
    try multiply(on: try testContext(kernelSources: testKernels, precision: .bf16))
    let three = (1...2).map { Conv2DWindow(stride: $0) }
    let four = Conv2DWindow(kernel: 4, stride: 2)
    let one = Conv2DWindow(kernel: 1, stride: 3, padding: 0)
    for (height, width, window, family, method) in [
      (1, 1, three[1], KernelFamily.register, ConvolutionMethod.direct),
      (3, 2, three[1], .register, .direct), (1, 5, three[0], .register, .winograd),
      (6, 6, three[1], .register, .winograd), (8, 8, three[1], .register, .winograd),
      (5, 4, four, .register, .direct), (4, 3, one, .register, .direct),
      (3, 2, three[0], .register, .direct), (5, 4, four, .register, .winograd),
      (1, 1, three[1], .workgroup, .direct), (1, 5, three[0], .workgroup, .direct),
      (5, 4, four, .workgroup, .direct), (4, 3, one, .workgroup, .direct),
    ] {
      try convolve(
        Conv2DShape(
          height: height, width: width, inputChannels: 3, outputChannels: 2, window: window),
        on: try testContext(kernelSources: testKernels, family: family, convolution: method))
    }
  }

  /// Trains for an epoch, and uses the trained model.
  private mutating func train(
    _ model: any GenerativeModel, _ family: KernelFamily, _ method: ConvolutionMethod,
    isStreamed: Bool = false, shards: Int = 1
  ) throws {
    let context = try testContext(kernelSources: testKernels, family: family, convolution: method)
    let pixels = (0..<5 * 16).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    let store = ImageStore(
      context,
      ImageStore.Layout(count: 5, pixels: 16, isLabelled: false, isStreamed: isStreamed),
      batchSize: model.batchSize, label: "images")
    try store.upload(Pixels(pixels))
    let trainer = try model.makeTrainer(
      TrainingOptions(for: model, seed: 3, shards: shards), train: store, validation: store,
      on: context)
    let parameters = trainer.parameterSets.flatMap(\.parameters)
    // The set that has the decoder's parameters: the generator's, or the only one.
    let set = trainer.parameterSets[0]
    let decoder = try Inference(model.decoder, set, chunk: 3, on: context)
    let reconstruction = try Reconstruction(model, set, on: context)
    let lists = trainer.lists + [decoder.list] + (reconstruction?.lists ?? [])
    try CommandList.compile(lists)
    record(lists)

    try trainer.initialize()
    let source = isStreamed ? "streamed" : "whole"
    let names = parameters.map { "\(model.name), \(family), \(method), \(source), \($0.name)" }
    for (name, parameter) in zip(names, parameters) { drawn[name] = try parameter.value.floats() }
    add("\(model.name), \(family), metrics", try trainer.trainEpoch().map(Float.init))
    for (name, parameter) in zip(names, parameters) { add(name, try parameter.value.floats()) }
    add("\(model.name), \(family), images", try decoder.run(normals(2 * model.latent, seed: 1)))
    if let reconstruction {
      add(
        "\(model.name), \(family), reconstruction",
        try reconstruction.run(normals(2 * 16, seed: 2)).images)
    }
  }

  /// Trains a classifier, and compares images by it.
  private mutating func evaluate(_ family: KernelFamily) throws {
    let context = try testContext(kernelSources: testKernels, family: family)
    let model = TinyClassifier()
    let pixels = (0..<7 * 16).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    let store = try ImageStore(
      context, pixels: pixels, labels: [0, 1, 2, 0, 1, 2, 0], batchSize: model.batchSize,
      label: "images")
    let trainer = try ClassifierTrainer(
      model, seed: 3, train: store, validation: store, on: context)
    let parameters = trainer.parameterSets[0]
    let evaluator = try ImageEvaluator(
      model, parameters, training: pixels, count: 5, on: context)
    let lists = trainer.lists + evaluator.lists
    try CommandList.compile(lists)
    record(lists)

    try trainer.initialize()
    let names = parameters.parameters.map { "\(model.name), \(family), \($0.name)" }
    for (name, parameter) in zip(names, parameters.parameters) {
      drawn[name] = try parameter.value.floats()
    }
    for epoch in 1...model.epochs {
      add("\(family), classifier", try trainer.trainEpoch(epoch).metrics.map(Float.init))
    }
    for (name, parameter) in zip(names, parameters.parameters) {
      add(name, try parameter.value.floats())
    }
    let result = try evaluator.measure(
      normals(5 * 16, seed: 6), beside: try evaluator.reference())
    let metrics = result.metrics
    add(
      "\(family), metrics",
      [
        metrics.frechetDistance, metrics.kernelDistance, metrics.precision, metrics.recall,
        metrics.nearestTrainingDistance,
      ].map(Float.init))
    add("\(family), features", result.features)
    guard
      let bounds = try LikelihoodBounds(
        VAE.tiny, pixels: Array(pixels.prefix(2 * 16)), seed: 3, on: context)
    else { return }
    try CommandList.compile(bounds.lists)
    record(bounds.lists)
    let list = CommandList(context)
    bounds.parameters.initialize(seed: 3, on: list)
    try list.run()
    add(
      "\(family), bounds",
      try [bounds.measure(draws: 2)].flatMap { [Float($0.elbo), Float($0.iwBound)] })
  }

  /// Draws the latents of a sample grid, whose number is not a multiple of what a work-item draws.
  private mutating func drawLatents() throws {
    let context = try testContext(kernelSources: testKernels)
    let z = Tensor(context, [3, 3], label: "latents")
    let list = CommandList(context)
    list.fillNormal("latents", source: RandomStream.samples.source(seed: 3), step: 0, into: z)
    record([list])
    try list.run()
    add("latents", try z.floats())
  }

  /// Joins labels to the images of a batch and to as many fakes.
  private mutating func joinLabels() throws {
    let context = try testContext(kernelSources: testKernels)
    let x = try Tensor(context, [6, 5, 2], normals(60, seed: 8))
    let labels = Tensor(context, [3], .uint8, label: "labels")
    try labels.write([2, 0, 1] as [UInt8])
    let (joined, dx) = (
      Tensor(context, [6, 5, 5], label: "joined"), Tensor(context, [6, 5, 2], label: "dx")
    )
    let list = CommandList(context)
    list.joinLabels("join", x, labels, into: joined)
    list.joinLabelsBackward(
      "backward", dy: joined, epilogue: .gradient(.tanh, dropped: nil, of: x), into: dx)
    record([list])
    try list.run()
    add("joined labels", try joined.floats())
    add("gradient of joined labels", try dx.floats())
  }

  /// Runs the kernels that measure a device.
  private mutating func multiplyAdd() throws {
    let context = try testContext(kernelSources: testKernels)
    let list = CommandList(context)
    _ = list.multiplyAdd("multiply_add", rounds: 2)
    record([list])
    try list.run()
  }

  /// Records a list whose sums work-groups split, which they would not on a CPU.
  private func split(
    on context: Context, _ record: (CommandList) throws -> Void
  ) rethrows -> CommandList {
    let inTwoParts = { (variants: [String]) in
      variants.first { $0 == "tile 16×16, 2 parts" }
        ?? variants.first { $0 == "tile 32×32, 2 parts" }
    }
    return try recorded(on: context, picking: inTwoParts, variants: \.variants) {
      let list = CommandList(context)
      try record(list)
      return list
    }
  }

  /// Runs products whose sums are longer than a kernel packs or adds at once.
  private mutating func sumLong(_ family: KernelFamily) throws {
    let context = try testContext(kernelSources: testKernels, family: family)
    func tensor(_ axes: Int...) throws -> Tensor {
      try Tensor(context, axes, normals(axes.reduce(1, *), seed: 5))
    }
    let weights = Tensor(context, [3, 2], label: "long weights")
    let sums = Tensor(context, [2], label: "long column sums")
    let outputs = Tensor(context, [2, 3], label: "long outputs")
    let list = try split(on: context) { list in
      list.gemmTN("tn", try tensor(300, 3), try tensor(300, 2), into: weights, columnSums: sums)
      list.gemmNN(
        "nn", try tensor(2, 800), try tensor(800, 3),
        epilogue: .output(bias: try tensor(3), .identity, nil), into: outputs)
    }
    record([list])
    try list.run()
    for tensor in [weights, sums, outputs] {
      add("\(tensor.buffer.label), \(family)", try tensor.floats())
    }
  }

  /// Runs every convolution on maps that skip taps, and on more images than a chunk or a tile of
  /// registers has.
  private mutating func convolve(_ shape: Conv2DShape, on context: Context) throws {
    let images = context.precision == .float32 ? 17 : 5
    let input = [images, shape.height, shape.width, shape.inputChannels]
    let output = [images, shape.outputHeight, shape.outputWidth, shape.outputChannels]
    func tensor(_ axes: [Int]) throws -> Tensor {
      try Tensor(context, axes, normals(axes.reduce(1, *), seed: 4))
    }
    let (x, y, w) = (try tensor(input), try tensor(output), try tensor(shape.weightAxes))
    let bias = try tensor([shape.outputChannels])
    let dx = Tensor(context, input, label: "dx")
    let result = Tensor(context, output, label: "y")
    let dw = Tensor(context, shape.weightAxes, label: "dw")
    let db = Tensor(context, [shape.outputChannels], label: "db")
    let list = try split(on: context) { list in
      try list.conv2DForward(
        "forward", shape, x, w, epilogue: .output(bias: bias, .identity, nil), into: result)
      try list.conv2DBackwardInput(
        "backward_input", shape, y, w, epilogue: .gradient(.tanh, dropped: nil, of: x), into: dx)
      list.conv2DBackwardWeight(
        "backward_weight", shape, x: x, dy: y, into: dw, bias: .ofOutput(db))
    }
    record([list])
    try list.run()
    for (name, tensor) in [("y", result), ("dx", dx), ("dw", dw), ("db", db)] {
      add(
        "\(name) of \(shape), \(context.family) in \(context.precision), \(context.convolution)",
        try tensor.floats())
    }
  }

  /// Runs products that fill fragments of tensor cores, but no tile.
  private mutating func multiply(on context: Context) throws {
    let (m, n, k) = (18, 10, 20)
    func tensor(_ axes: Int...) throws -> Tensor {
      try Tensor(context, axes, normals(axes.reduce(1, *), seed: 6))
    }
    let results = ["nn", "nt", "tn"].map { Tensor(context, [m, n], label: $0) }
    let sums = Tensor(context, [n], label: "sums")
    let list = try split(on: context) { list in
      list.gemmNN(
        "nn", try tensor(m, k), try tensor(k, n),
        epilogue: .output(bias: try tensor(n), .sigmoid, nil), into: results[0])
      list.gemmNT(
        "nt", try tensor(m, k), try tensor(n, k),
        epilogue: .gradient(.tanh, dropped: nil, of: try tensor(m, n)), into: results[1])
      list.gemmTN("tn", try tensor(k, m), try tensor(k, n), into: results[2], columnSums: sums)
    }
    record([list])
    try list.run()
    for tensor in results + [sums] {
      add("\(tensor.buffer.label) in \(context.precision)", try tensor.floats())
    }
  }

  private mutating func record(_ lists: [CommandList]) {
    for launch in lists.flatMap(\.launches) {
      launched.insert("\(launch.variant.file) \(launch.variant.function)")
    }
  }

  private mutating func add(_ name: String, _ values: [Float]) { numbers.append((name, values)) }
}
