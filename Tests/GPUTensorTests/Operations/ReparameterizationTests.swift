import GPUTensor
import Reference
import TestSupport
import Testing

@Suite struct ReparameterizationTests {
  @Test(arguments: [(1, 4), (5, 2), (3, 5), (4, 7), (70, 16), (2, 100)])
  func forwardAndBackwardMatchTheReference(rows: Int, latent: Int) throws {
    let context = try testContext()
    let encoded = normals(rows * 2 * latent, seed: 1)
    let dz = normals(rows * latent, seed: 2)
    let noise = ReferenceReparameterization.noise(
      rows: rows, latent: latent, seed: 3, stream: 4, step: 1)
    let source = RandomSource(seed: 3, stream: 4)
    let state = StepState(context)
    let noiseSource = StepNoise(source, state)
    // In the first epoch of two: half of 3.
    let weight = rows == 3 ? DivergenceWeight(beta: 3, warmup: 2) : DivergenceWeight()
    let device = try Tensor(context, [rows, 2 * latent], encoded)
    let z = Tensor(context, [rows, latent], label: "z")
    let kl = Tensor(context, [rows], label: "kl")
    let gradient = Tensor(context, [rows, 2 * latent], label: "gradient")
    let weighted = Tensor(context, [rows, latent], label: "weighted z")
    let ratio = Tensor(context, [rows], label: "log ratio")
    let list = CommandList(context)
    list.advance("step", state, batches: 10, adam: AdamSettings(learningRate: 1))
    list.reparameterize("forward", device, noise: noiseSource, into: z, kl: kl)
    list.reparameterizeBackward(
      "backward", device, dz: try Tensor(context, [rows, latent], dz),
      weight: weight, noise: noiseSource, into: gradient)
    list.reparameterizeWeighted(
      "weighted", device, noise: noiseSource, into: weighted, logRatio: ratio)
    try list.run()

    let expected = encoded.doubles
    #expect(
      relativeError(
        try z.floats(),
        ReferenceReparameterization.forward(encoded: expected, noise: noise, latent: latent))
        < 1e-6)
    #expect(
      relativeError(
        try kl.floats(), ReferenceReparameterization.divergence(encoded: expected, latent: latent))
        < 1e-6)
    #expect(
      relativeError(
        try gradient.floats(),
        ReferenceReparameterization.backward(
          dz: dz.doubles, encoded: expected, noise: noise, latent: latent,
          weight: rows == 3 ? 1.5 : 1)) < 1e-6)
    #expect(try weighted.floats() == z.floats())
    // A sum of terms of both signs.
    #expect(
      relativeError(
        try ratio.floats(),
        ReferenceReparameterization.logRatio(encoded: expected, noise: noise, latent: latent))
        < 1e-5)
  }
}
