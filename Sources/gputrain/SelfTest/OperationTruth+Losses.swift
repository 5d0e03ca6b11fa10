import GPUTensor
import Reference

/// Losses and latents.
extension OperationTruth {
  mutating func bceWithLogits(
    _ logits: Tensor, _ targets: Tensor, _ dlogits: Tensor, _ loss: Tensor
  ) throws -> Trial {
    let l = try draw(logits).map(Double.init)
    let t = try draw(targets) { abs($1) }.map(Double.init)
    let sums = ReferenceBinaryCrossEntropy.rowSums(
      logits: l, targets: t, features: logits.columns)
    return Trial(outputs: [
      Trial.Output(tensors[dlogits]) {
        ReferenceBinaryCrossEntropy.gradient(logits: [l[$0]], targets: [t[$0]])[0]
      },
      Trial.Output(tensors[loss], products: logits.columns) { sums[$0] },
    ])
  }

  mutating func squaredError(
    _ outputs: Tensor, _ targets: Tensor, _ activation: Activation, _ dx: Tensor, _ loss: Tensor
  ) throws -> Trial {
    // Both are in the range of all activations.
    let y = try draw(outputs).map(Double.init)
    let t = try draw(targets).map(Double.init)
    let sums = ReferenceSquaredError.rowSums(outputs: y, targets: t, features: outputs.columns)
    return Trial(outputs: [
      Trial.Output(tensors[dx]) {
        ReferenceSquaredError.gradient(
          output: y[$0], target: t[$0], through: activation.reference)
      },
      Trial.Output(tensors[loss], products: outputs.columns) { sums[$0] },
    ])
  }

  mutating func ganLoss(
    _ logits: Tensor, real: RealRows, _ dlogits: Tensor, _ loss: Tensor, _ correct: Tensor
  ) throws -> Trial {
    let l = try draw(logits).map(Double.init)
    func target(_ row: Int) -> Double { row < real.count ? Double(Float(real.label)) : 0 }
    // The fakes' values begin in the second row of the loss.
    let stride = loss.columns
    let places = l.indices.map { $0 < real.count ? $0 : stride + $0 - real.count }
    func output(_ tensor: Tensor, _ truth: @escaping (Int) -> Double) -> Trial.Output {
      let made = tensors[tensor]
      return Trial.Output([l.count]) {
        let floats = try made.floats()
        return places.map { floats[$0] }
      } truth: {
        truth($0)
      }
    }
    return Trial(outputs: [
      Trial.Output(tensors[dlogits]) {
        ReferenceBinaryCrossEntropy.gradient(logits: [l[$0]], targets: [target($0)])[0]
          / Double(real.averaged)
      },
      output(loss) { ReferenceBinaryCrossEntropy.loss(logit: l[$0], target: target($0)) },
      output(correct) { (l[$0] > 0) == ($0 < real.count) ? 1 : 0 },
    ])
  }

  mutating func softmaxCrossEntropy(
    _ logits: Tensor, _ labels: Tensor, _ dlogits: Tensor, _ loss: Tensor, _ correct: Tensor
  ) throws -> Trial {
    let classes = logits.columns
    let l = try draw(logits).map(Double.init)
    let shown = try drawBytes(labels, below: UInt32(classes))
    let losses = ReferenceCrossEntropy.losses(logits: l, labels: shown, classes: classes)
    let gradient = ReferenceCrossEntropy.meanGradient(logits: l, labels: shown, classes: classes)
    let best = ReferenceNeighbours.largest(l, columns: classes, kept: 1).places
    return Trial(outputs: [
      Trial.Output(tensors[dlogits]) { gradient[$0] },
      Trial.Output(tensors[loss], products: classes) { losses[$0] },
      Trial.Output(tensors[correct]) { best[$0] == Int(shown[$0]) ? 1 : 0 },
    ])
  }

  mutating func reparameterize(
    _ encoded: Tensor, _ stepNoise: StepNoise, _ z: Tensor, _ kl: Tensor
  ) throws -> Trial {
    let e = try draw(encoded).map(Double.init)
    let truth = ReferenceReparameterization.forward(
      encoded: e, noise: try noise(stepNoise, z), latent: z.columns)
    let divergence = ReferenceReparameterization.divergence(encoded: e, latent: z.columns)
    return Trial(outputs: [
      Trial.Output(tensors[z]) { truth[$0] },
      Trial.Output(tensors[kl], products: z.columns) { divergence[$0] },
    ])
  }

  mutating func reparameterizeBackward(
    _ encoded: Tensor, _ dz: Tensor, _ weight: DivergenceWeight, _ stepNoise: StepNoise,
    _ dencoded: Tensor
  ) throws -> Trial {
    let (e, gradient) = (try draw(encoded).map(Double.init), try draw(dz).map(Double.init))
    let truth = ReferenceReparameterization.backward(
      dz: gradient, encoded: e, noise: try noise(stepNoise, dz), latent: dz.columns,
      weight: weight.value(epoch: 0))
    return Trial(outputs: [Trial.Output(tensors[dencoded]) { truth[$0] }])
  }

  mutating func reparameterizeWeighted(
    _ encoded: Tensor, _ stepNoise: StepNoise, _ z: Tensor, _ logRatio: Tensor
  ) throws -> Trial {
    let e = try draw(encoded).map(Double.init)
    let noise = try noise(stepNoise, z)
    let truth = ReferenceReparameterization.forward(encoded: e, noise: noise, latent: z.columns)
    let ratios = ReferenceReparameterization.logRatio(
      encoded: e, noise: noise, latent: z.columns)
    return Trial(outputs: [
      Trial.Output(tensors[z]) { truth[$0] },
      Trial.Output(tensors[logRatio], products: z.columns) { ratios[$0] },
    ])
  }

  private func noise(_ noise: StepNoise, _ z: Tensor) throws -> [Double] {
    let source = noise.source
    try setState(noise.state)
    return ReferenceReparameterization.noise(
      rows: z.rows, latent: z.columns, seed: source.seed, stream: source.stream, step: step)
  }
}
