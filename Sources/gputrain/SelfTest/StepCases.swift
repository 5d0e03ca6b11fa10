import Datasets
import GPUTensor
import GenerativeModels
import Reference

/// What a training step does beside its layers, at a model's shapes.
struct StepCases {
  let context: Context
  let model: any GenerativeModel
  let batch: Int
  /// At step 1 of epoch 0.
  let state: StepState
  var numbers: SelfTestNumbers

  private static let source = RandomSource(seed: 11, stream: 2)

  /// The cases of the model's kind.
  ///
  /// - Throws: `OpenCLError`; `SelfTestFailure` for a kind whose step is not known.
  mutating func make() throws -> [SelfTestCase] {
    switch model {
    case let model as VAE:
      let parameters = ParameterSet(context, of: model.encoder, model.decoder)
      let count = parameters.elementCount
      return [
        try firstValues(of: [parameters]),
        try reparameterization(), try reparameterizationGradient(), try reconstructionLoss(),
        try adam(count),
        try accumulation(
          Meter(
            context, names: ["reconstruction", "kl"], batchSize: batch, watching: ["all": count])),
      ] + (try gather())
    case let model as GAN:
      let sets = [model.generator, model.discriminator].map { ParameterSet(context, of: $0) }
      let counts = sets.map(\.elementCount)
      return [
        try firstValues(of: sets), try latents(), try copy(),
        try adversarialLoss("d_loss", fakes: batch),
        try adversarialLoss("g_loss", fakes: 0), try adam(counts.max() ?? 0),
        try accumulation(
          Meter(
            context, names: ["real", "fake", "right", "caught", "generator"], batchSize: batch,
            watching: ["generator": counts[0], "discriminator": counts[1]])),
      ] + (try gather())
    default: throw SelfTestFailure(unknown: model)
    }
  }

  private func tensor(_ shape: [Int], _ elements: [Float]) throws -> Tensor {
    try Tensor(context, shape, holding: elements, label: "self-test")
  }

  private func room(_ shape: Int...) -> Tensor { Tensor(context, shape, label: "self-test") }

  private func noise(_ element: Int) -> Double {
    ReferenceRandom.normal(
      seed: Self.source.seed, stream: Self.source.stream, step: 1, element: element)
  }

  /// Of the largest parameter.
  private func firstValues(of sets: [ParameterSet]) throws -> SelfTestCase {
    let list = CommandList(context)
    let values = room(sets.flatMap(\.parameters).map(\.spec.count).max() ?? 1)
    let bound: Float = 0.05
    list.fillUniform("initialize", bound: bound, source: Self.source, step: 0, into: values)
    return SelfTestCase(
      label: "initialize", list: list,
      outputs: [
        .init(tensor: values, products: 1) {
          Double(
            ReferenceRandom.uniform(
              bound: bound, seed: Self.source.seed, stream: Self.source.stream, step: 0, element: $0
            ))
        }
      ])
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

  /// Of a batch that should be judged real, and of so many `fakes` behind it.
  private mutating func adversarialLoss(
    _ label: String, fakes: Int
  ) throws -> SelfTestCase {
    let (list, batch) = (CommandList(context), batch)
    let logits = numbers(batch + fakes)
    let gradient = room(logits.count, 1)
    let (loss, correct) =
      fakes > 0 ? (room(2, batch), room(2, batch)) : (room(batch), room(batch))
    list.ganLoss(
      label, try tensor([logits.count, 1], logits), real: batch, mean: batch, into: gradient,
      loss: loss, correct: correct)
    func target(_ row: Int) -> Double { row < batch ? 1 : 0 }
    return SelfTestCase(
      label: label, list: list,
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

  /// Fakes go behind a batch of images, which stay.
  private mutating func copy() throws -> SelfTestCase {
    let (list, pixels) = (CommandList(context), ImageSet.pixelsPerImage)
    let (made, judged) = (numbers(2 * batch * pixels), numbers(2 * batch * pixels))
    let y = try tensor([2 * batch, pixels], judged)
    list.copy(
      "fakes", batch..<2 * batch, of: try tensor([2 * batch, pixels], made), to: batch, of: y)
    let kept = batch * pixels
    return SelfTestCase(
      label: "fakes", list: list,
      outputs: [.init(tensor: y, products: 1) { Double($0 < kept ? judged[$0] : made[$0]) }])
  }

  /// The first batch of an epoch, of as many images as MNIST has, or more for a larger batch, and for models that validate
  /// one of validation's.
  private mutating func gather() throws -> [SelfTestCase] {
    let pixels = ImageSet.pixelsPerImage
    let count = max(60_000, batch)
    let bytes = SelfTestNumbers.repeated(
      (0..<SelfTestNumbers.period).map { UInt8(truncatingIfNeeded: $0 &* 0x9E37_79B1 >> 16) },
      to: count * pixels)
    let images = Tensor(context, [count, pixels], .uint8, label: "self-test")
    try images.write(bytes)
    let order = ReferencePermutation(
      count: count, seed: Self.source.seed, stream: Self.source.stream, epoch: 0)
    let range = model.imageRange
    let (low, high) = (Double(range.lowerBound), Double(range.upperBound))
    func gathered(
      _ label: String, shuffle: RandomSource?, image: @escaping (Int) -> Int
    ) -> SelfTestCase {
      let (list, x) = (CommandList(context), room(batch, pixels))
      list.gatherBatch(
        label, from: images, batchSize: batch, shuffle: shuffle, range: range, state: state,
        into: x)
      return SelfTestCase(
        label: label, list: list,
        outputs: [
          .init(tensor: x, products: 1) {
            let byte = bytes[image($0 / pixels) * pixels + $0 % pixels]
            return low + (high - low) * Double(byte) / 255
          }
        ])
    }
    let training = gathered("batch", shuffle: Self.source) { order($0) }
    guard model is VAE else { return [training] }
    return [training, gathered("batch, validation", shuffle: nil) { $0 }]
  }

  /// The sums of an epoch's first two batches, which begin anew.
  private mutating func accumulation(_ meter: Meter) throws -> SelfTestCase {
    let (list, counter) = (CommandList(context), StepState(context))
    let terms = numbers(meter.terms.count).map(abs)
    try meter.terms.write(terms)
    // What the epoch before has left.
    let rest: [Float] = [5, 1, 7, 0]
    try meter.sums.write(SelfTestNumbers.repeated(rest, to: meter.sums.count))
    for _ in 0..<2 {
      list.advance("step", counter, batches: 2, adam: AdamSettings(learningRate: 0))
      list.accumulate("meter", meter, rows: batch, state: counter)
    }
    let stride = meter.terms.columns
    let sums = (0..<meter.terms.rows).map { term in
      let count = term < meter.names.count ? batch : stride
      return terms[term * stride..<term * stride + count].reduce(0) { $0 + Double($1) }
    }
    return SelfTestCase(
      label: "meter", list: list,
      outputs: [
        .init(tensor: meter.sums, products: stride) {
          // The epoch's sum, what it could not hold, the last batch's, and no step that failed.
          sums[$0 / 4] * [2, 0, 1, 0][$0 % 4]
        }
      ])
  }

  /// The first step of Adam: what it leaves in its moments, and of the norms.
  private mutating func adam(_ count: Int) throws -> SelfTestCase {
    let list = CommandList(context)
    let settings = AdamSettings(learningRate: model.learningRate)
    // As large as a step, or one that is left out would not show.
    let (g, m) = (numbers(count), numbers(count))
    let p = numbers(count) { $1 * Float(settings.learningRate) }
    let parameters = try tensor([count], p)
    let (first, second) = (try tensor([count], m), try tensor([count], m.map(abs)))
    let meter = Meter(context, names: [], batchSize: 1, watching: ["all": count])
    let counter = StepState(context)
    list.advance("step", counter, batches: 1, adam: settings)
    list.adam(
      "adam", settings, state: counter, gradient: try tensor([count], g), firstMoment: first,
      secondMoment: second, parameters: parameters, norms: meter.norms(of: 0))
    let reference = ReferenceAdam(learningRate: settings.learningRate)
    func updated(_ places: Range<Int>) -> (parameters: [Double], first: [Double], second: [Double])
    {
      var values = p[places].map(Double.init)
      var (first, second) = (m[places].map(Double.init), m[places].map { Double(abs($0)) })
      reference.update(
        parameters: &values, gradients: g[places].map(Double.init), firstMoments: &first,
        secondMoments: &second, step: 1)
      return (values, first, second)
    }
    // What a group of work-items goes through.
    let options = list.launches.last?.variant.options ?? [:]
    let part = ["LANES", "VECTORS", "GROUP"].reduce(1) { $0 * (options[$1].flatMap(Int.init) ?? 1) }
    func places(ofGroup index: Int) -> Range<Int> {
      min(index * part, count)..<min((index + 1) * part, count)
    }
    func squares(_ numbers: [Double]) -> Double { numbers.reduce(0) { $0 + $1 * $1 } }
    let groups = meter.terms.columns
    return SelfTestCase(
      label: "adam", list: list,
      outputs: [
        .init(tensor: parameters, products: 1) { updated($0..<$0 + 1).parameters[0] },
        .init(tensor: first, products: 1) { updated($0..<$0 + 1).first[0] },
        .init(tensor: second, products: 1) { updated($0..<$0 + 1).second[0] },
        .init(tensor: meter.terms.prefix(1), products: part) {
          squares(g[places(ofGroup: $0)].map(Double.init))
        },
        .init(
          tensor: meter.terms.view(at: groups, [groups], label: "self-test"), products: part
        ) {
          squares(updated(places(ofGroup: $0)).parameters)
        },
      ])
  }
}
