import Datasets
import GPUTensor
import Models
import Reference

/// What a training step does beside its layers, at a model's shapes.
struct StepCases {
  let context: Context
  let model: any GenerativeModel.Type
  let batch: Int
  /// At step 1 of epoch 0.
  let state: StepState
  var numbers: SelfTestNumbers

  private static let source = RandomSource(seed: 11, stream: 2)

  /// The cases of the model's kind.
  ///
  /// - Throws: `OpenCLError`.
  mutating func make() throws -> [SelfTestCase] {
    let parameterSets: [ParameterSet]
    var cases: [SelfTestCase]
    switch model.kind {
    case .variational(let model):
      parameterSets = [ParameterSet(context, of: model.encoder, model.decoder)]
      cases = [
        try reparameterization(), try reparameterizationGradient(), try reconstructionLoss(),
      ]
    case .adversarial(let model):
      parameterSets = [model.generator, model.discriminator].map { ParameterSet(context, of: $0) }
      cases = [try latents(), try adversarialLoss()]
    }
    cases += [try gather(), try adam(parameterSets.map(\.elementCount).max() ?? 0)]
    return cases
  }

  private func tensor(_ shape: [Int], _ elements: [Float]) throws -> Tensor {
    try Tensor(context, shape, holding: elements, label: "self-test")
  }

  private func room(_ shape: Int...) -> Tensor { Tensor(context, shape, label: "self-test") }

  private func noise(_ element: Int) -> Double {
    ReferenceRandom.normal(
      seed: Self.source.seed, stream: Self.source.stream, step: 1, element: element)
  }

  private mutating func latents() throws -> SelfTestCase {
    let list = CommandList(context)
    let z = room(2 * batch, model.latent)
    list.drawNormal("latents", source: Self.source, state: state, into: z)
    let noise = noise
    return SelfTestCase(
      label: "latents", list: list, outputs: [.init(tensor: z, products: 1) { noise($0) }])
  }

  private mutating func reparameterization() throws -> SelfTestCase {
    let (list, latent) = (CommandList(context), model.latent)
    let encoded = numbers(batch * 2 * latent)
    let (z, kl) = (room(batch, latent), room(batch))
    list.reparameterize(
      "latents.forward", try tensor([batch, 2 * latent], encoded), noise: Self.source,
      state: state, into: z, kl: kl)
    let truth = ReferenceReparameterization.forward(
      encoded: encoded.map(Double.init), noise: (0..<z.count).map(noise), latent: latent)
    let divergence = ReferenceReparameterization.divergence(
      encoded: encoded.map(Double.init), latent: latent)
    return SelfTestCase(
      label: "latents.forward", list: list,
      outputs: [
        .init(tensor: z, products: 1) { truth[$0] },
        .init(tensor: kl, products: latent) { divergence[$0] },
      ])
  }

  private mutating func reparameterizationGradient() throws -> SelfTestCase {
    let (list, latent) = (CommandList(context), model.latent)
    let (encoded, dz) = (numbers(batch * 2 * latent), numbers(batch * latent))
    let gradient = room(batch, 2 * latent)
    list.reparameterizeBackward(
      "latents.backward", try tensor([batch, 2 * latent], encoded),
      dz: try tensor([batch, latent], dz), noise: Self.source, state: state, into: gradient)
    let truth = ReferenceReparameterization.backward(
      dz: dz.map(Double.init), encoded: encoded.map(Double.init),
      noise: dz.indices.map(noise), latent: latent)
    return SelfTestCase(
      label: "latents.backward", list: list,
      outputs: [.init(tensor: gradient, products: 1) { truth[$0] }])
  }

  private mutating func reconstructionLoss() throws -> SelfTestCase {
    let (list, pixels) = (CommandList(context), ImageSet.pixelsPerImage)
    let (logits, targets) = (numbers(batch * pixels), numbers(batch * pixels).map(abs))
    let (gradient, loss) = (room(batch, pixels), room(batch))
    list.bceWithLogits(
      "loss", try tensor([batch, pixels], logits), targets: try tensor([batch, pixels], targets),
      into: gradient, loss: loss)
    let (l, t) = (logits.map(Double.init), targets.map(Double.init))
    let sums = ReferenceBinaryCrossEntropy.rowSums(logits: l, targets: t, features: pixels)
    return SelfTestCase(
      label: "loss", list: list,
      outputs: [
        .init(tensor: gradient, products: 1) {
          ReferenceBinaryCrossEntropy.gradient(logits: [l[$0]], targets: [t[$0]])[0]
        },
        .init(tensor: loss, products: pixels) { sums[$0] },
      ])
  }

  private mutating func adversarialLoss() throws -> SelfTestCase {
    let (list, batch) = (CommandList(context), batch)
    let logits = numbers(2 * batch)
    let (gradient, loss, correct) = (room(2 * batch, 1), room(2, batch), room(2, batch))
    list.ganLoss(
      "d_loss", try tensor([2 * batch, 1], logits), real: batch, mean: batch, into: gradient,
      loss: loss, correct: correct)
    func target(_ row: Int) -> Double { row < batch ? 1 : 0 }
    return SelfTestCase(
      label: "d_loss", list: list,
      outputs: [
        .init(tensor: gradient, products: 1) {
          ReferenceBinaryCrossEntropy.gradient(
            logits: [Double(logits[$0])], targets: [target($0)])[0] / Double(batch)
        },
        .init(tensor: loss, products: 1) {
          ReferenceBinaryCrossEntropy.loss(logit: Double(logits[$0]), target: target($0))
        },
        .init(tensor: correct, products: 1) { (logits[$0] > 0) == ($0 < batch) ? 1 : 0 },
      ])
  }

  /// Of as many images as MNIST has, the first batch of an epoch.
  private mutating func gather() throws -> SelfTestCase {
    let (list, pixels) = (CommandList(context), ImageSet.pixelsPerImage)
    let count = 60_000
    let bytes = SelfTestNumbers.repeated(
      (0..<SelfTestNumbers.period).map { UInt8(truncatingIfNeeded: $0 &* 0x9E37_79B1 >> 16) },
      to: count * pixels)
    let images = Tensor(context, [count, pixels], .uint8, label: "self-test")
    try images.write(bytes)
    let x = room(batch, pixels)
    let range = model.imageRange
    list.gatherBatch(
      "batch", from: images, batchSize: batch, shuffle: Self.source, range: range, state: state,
      into: x)
    let order = ReferencePermutation(
      count: count, seed: Self.source.seed, stream: Self.source.stream, epoch: 0)
    let (low, high) = (Double(range.lowerBound), Double(range.upperBound))
    return SelfTestCase(
      label: "batch", list: list,
      outputs: [
        .init(tensor: x, products: 1) {
          let byte = bytes[order($0 / pixels) * pixels + $0 % pixels]
          return low + (high - low) * Double(byte) / 255
        }
      ])
  }

  /// The first step of Adam, and what it leaves in its moments.
  private mutating func adam(_ count: Int) throws -> SelfTestCase {
    let list = CommandList(context)
    let settings = AdamSettings(learningRate: model.learningRate)
    let (g, p) = (numbers(count), numbers(count))
    let parameters = try tensor([count], p)
    let (first, second) = (try tensor([count], p), try tensor([count], p.map(abs)))
    let meter = Meter(context, names: [], batchSize: 1, watching: ["all": count])
    let counter = StepState(context)
    list.advance("step", counter, batches: 1, adam: settings)
    list.adam(
      "adam", settings, state: counter, gradient: try tensor([count], g), firstMoment: first,
      secondMoment: second, parameters: parameters, norms: meter.norms(of: 0))
    let reference = ReferenceAdam(learningRate: settings.learningRate)
    func update(_ index: Int) -> (parameter: Double, first: Double, second: Double) {
      var value = [Double(p[index])]
      var (m, v) = ([Double(p[index])], [Double(abs(p[index]))])
      reference.update(
        parameters: &value, gradients: [Double(g[index])], firstMoments: &m, secondMoments: &v,
        step: 1)
      return (value[0], m[0], v[0])
    }
    return SelfTestCase(
      label: "adam", list: list,
      outputs: [
        .init(tensor: parameters, products: 1) { update($0).parameter },
        .init(tensor: first, products: 1) { update($0).first },
        .init(tensor: second, products: 1) { update($0).second },
      ])
  }
}
