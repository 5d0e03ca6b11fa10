import Files
import Foundation
import SafeTensors
import TestFiles
import Testing

/// `explore`: the file that it writes, and what it refuses. `ExplorerTests` and
/// `scripts/check-explore` test what is in it.
@Suite struct ExploreCommandTests {
  /// The bytes of a page of linear-vae that are not its decoder's weights, which are in base 64:
  /// 16·128 + 128·512 + 512·784 numbers.
  private func rest(_ page: String, bits: Int) -> Int {
    page.utf8.count - 468_992 * bits / 8 * 4 / 3
  }

  private func read(_ name: String, in folder: TemporaryFolder) throws -> String {
    String(
      decoding: try readFile(path: "\(folder.path)/\(name)", maximumBytes: 1 << 24), as: UTF8.self)
  }

  @Test func writesOnePage() throws {
    let run = try TrainedRun.get()
    let folder = try TemporaryFolder()
    let outcome = try Gputrain.run(["explore", run.path], in: folder.path)
    expectSuccess(outcome)
    #expect(outcome.stdout == "explore.html\n")
    #expect(outcome.stderrLines.allSatisfy { $0.hasPrefix("device: ") })
    #expect(try folder.names() == ["explore.html"])
    let page = try read("explore.html", in: folder)
    #expect(page.contains("<h1>The latent space of linear-vae, after epoch 2</h1>"))
    #expect(page.contains("\"latent\":16,"))
    #expect((0..<100_000).contains(rest(page, bits: 16)))
  }

  /// Weights that 16 bits cannot hold, or whoever wants them exactly.
  @Test func keeps32Bits() throws {
    let folder = try TemporaryFolder()
    var tensors = PlainWeights.tensors(of: "linear-vae")
    let command = ["explore", "plain", "--model", "linear-vae"]
    try Tensors.write(tensors, to: folder.path + "/plain")
    expectSuccess(
      try Gputrain.run(command + ["--exact", "--out", "exact.html"], in: folder.path))
    let first = try #require(tensors.firstIndex { $0.name == "decoder.0.weight" })
    tensors[first] = SafeTensor(
      name: tensors[first].name, shape: tensors[first].shape,
      floats: try tensors[first].floats().map { $0 * 1e7 })
    try Tensors.write(tensors, to: folder.path + "/plain")
    expectSuccess(try Gputrain.run(command + ["--out", "large.html"], in: folder.path))
    for name in ["exact.html", "large.html"] {
      let page = try read(name, in: folder)
      #expect(page.contains("<h1>The latent space of linear-vae</h1>"))
      #expect((0..<100_000).contains(rest(page, bits: 32)))
    }
  }

  @Test func requestsThatMakeNoSense() throws {
    let run = try TrainedRun.get()
    let folder = try TemporaryFolder()
    expectUsageError(
      try Gputrain.run(["explore", run.path, "--out", "page.png"], in: folder.path),
      "--out page.png must end in .html")
    #expect(symlink(run.checkpoint, folder.path + "/link.html") == 0)
    expectRefusal(
      try Gputrain.run(["explore", run.path, "--out", "link.html"], in: folder.path), 64,
      "link.html would replace", "which is an input; name another file")
    expectRefusal(
      try Gputrain.run(["explore", run.path, "--out", "no/page.html"], in: folder.path), 74,
      "cannot write no/page.html: No such file")
    expectRefusal(
      try Gputrain.run(["explore", "nothing"], in: folder.path), 65, "cannot read nothing")
    #expect(try folder.names() == ["link.html"])
  }
}
