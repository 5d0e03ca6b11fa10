import Files
import Foundation
import SafeTensors
import TestFiles
import Testing

/// `latents`, of a VAE and of a GAN.
@Suite struct LatentsCommandTests {
  @Test func theLatentsOfAVAE() throws {
    let run = try TrainedRun.get()
    let folder = try TemporaryFolder()
    let outcome = try Gputrain.run(
      [
        "latents", run.path, "--dataset", run.data, "--rows", "3", "--steps", "4", "--side", "2",
        "--tensors", "t", "--traversals", "t.png", "--manifold", "m.png", "--map", "m.svg",
      ], in: folder.path)
    expectSuccess(outcome)
    #expect(outcome.stdout == "t.png\nm.png\nm.svg\nt\n")
    let file = try Tensors.read(folder.path + "/t")
    #expect(
      file.tensors.map(\.name) == [
        "divergence", "z", "images", "manifold_z", "manifold", "mean", "log_variance", "map",
        "classes",
      ])
    #expect(
      file.tensors.map(\.shape) == [
        [16], [12, 16], [12, 28, 28], [4, 16], [4, 28, 28], [8, 16], [8, 16], [8, 2], [8],
      ])
    // The rows have the latents with the largest divergences. The others are 0, the mean.
    let divergence = try #require(try file["divergence"]?.floats())
    let z = try #require(try file["z"]?.floats())
    let order = divergence.indices.sorted { divergence[$0] > divergence[$1] }
    for (row, latent) in order.prefix(3).enumerated() {
      for (step, value) in [Float(-3), -1, 1, 3].enumerated() {
        let one = Array(z[(4 * row + step) * 16..<(4 * row + step + 1) * 16])
        #expect(abs(one[latent] - value) < 1e-6)
        #expect(one.enumerated().allSatisfy { $0.offset == latent || $0.element == 0 })
      }
    }
    let svg = String(
      decoding: try readFile(path: folder.path + "/m.svg", maximumBytes: 1 << 20), as: UTF8.self)
    // 8 images, and the legend of the digits.
    #expect(svg.matches(of: #/<path /#).count == 18)
  }

  @Test func theLatentsOfAGAN() throws {
    let folder = try TemporaryFolder()
    try Tensors.write(PlainWeights.tensors(of: "linear-gan"), to: folder.path + "/weights")
    let outcome = try Gputrain.run(
      [
        "latents", "weights", "--model", "linear-gan", "--rows", "2", "--steps", "2",
        "--seed", "7", "--seed", "8", "--tensors", "t",
      ], in: folder.path)
    expectSuccess(outcome)
    #expect(outcome.stdout == "t\n")
    let file = try Tensors.read(folder.path + "/t")
    #expect(file.tensors.map(\.name) == ["change", "z", "images"])
    #expect(file.tensors.map(\.shape) == [[100], [8, 100], [8, 28, 28]])
    // The ends of a row differ as much as the measure says, in the mean over the two seeds.
    let change = try #require(try file["change"]?.floats())
    let images = try #require(try file["images"]?.floats())
    let greatest = try #require(change.max())
    func image(_ index: Int) -> ArraySlice<Float> { images[index * 784..<(index + 1) * 784] }
    let made = [0, 4].map { first -> Float in
      let squares = zip(image(first), image(first + 1)).map { ($0 - $1) * ($0 - $1) }
      return (squares.reduce(0, +) / 784).squareRoot()
    }
    #expect(abs((made[0] + made[1]) / 2 - greatest) < 1e-5)
    expectRefusal(
      try Gputrain.run(
        ["latents", "weights", "--model", "linear-gan", "--map", "m.svg"], in: folder.path), 64,
      "--map needs an encoder, and linear-gan has none; leave it out")
  }
}
