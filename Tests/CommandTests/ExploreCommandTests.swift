import Files
import Foundation
import TestFiles
import Testing

/// `explore`: the file that it writes, and what it refuses. `ExplorerTests` and
/// `scripts/check-explore` test what is in it.
@Suite struct ExploreCommandTests {
  @Test func writesOnePage() throws {
    let run = try TrainedRun.get()
    let folder = try TemporaryFolder()
    let sizes = try [["--out", "half.html"], ["--exact"]].map { options in
      let outcome = try Gputrain.run(["explore", run.path] + options, in: folder.path)
      expectSuccess(outcome)
      #expect(outcome.stderrLines.allSatisfy { $0.hasPrefix("device: ") })
      let name = try #require(outcome.stdout.split(separator: "\n").first)
      let bytes = try readFile(path: "\(folder.path)/\(name)", maximumBytes: 1 << 24)
      let page = String(decoding: bytes, as: UTF8.self)
      #expect(page.contains("<h1>The latent space of linear-vae, after epoch 2</h1>"))
      #expect(page.contains("\"latent\":16,"))
      return page.utf8.count
    }
    #expect(try folder.names() == ["explore.html", "half.html"])
    // The decoder's weights, in base 64, are nearly all of the page: 16·128 + 128·512 + 512·784.
    let weights = 468_992
    #expect(sizes[0] - weights * 8 / 3 > 0 && sizes[0] - weights * 8 / 3 < 100_000)
    #expect(sizes[1] - weights * 16 / 3 > 0 && sizes[1] - weights * 16 / 3 < 100_000)
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
