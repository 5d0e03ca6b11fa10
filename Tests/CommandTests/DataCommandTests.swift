import Files
import Foundation
import TestFiles
import Testing

/// `data`: the listing, and fetches and checks that fail. What a fetch does with each answer of a
/// server is tested beside `DatasetFetcher`.
@Suite struct DataCommandTests {
  @Test func theListNamesEverySet() throws {
    let folder = try TemporaryFolder()
    let outcome = try Gputrain.run(["data", "list", "--data-dir", folder.path])
    #expect(outcome.status == 0)
    for name in ["mnist", "fashion-mnist", "kmnist", "synthetic-digits"] {
      #expect(outcome.stdoutLines.contains { $0.hasPrefix(name) }, "\(outcome.stdout)")
    }
  }

  @Test func aServerThatIsNotThereLeavesNothing() throws {
    let folder = try TemporaryFolder()
    expectRefusal(
      try Gputrain.run(
        ["data", "fetch", "mnist", "--data-dir", folder.path, "--mirror", "http://127.0.0.1:1/"]),
      65, "127.0.0.1:1")
    let left = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String }
    #expect(left?.allSatisfy { !$0.contains("ubyte") } == true, "\(left ?? [])")
  }

  @Test func anUnknownName() throws {
    for command in ["fetch", "verify"] {
      expectRefusal(try Gputrain.run(["data", command, "cifar"]), 64, "cifar")
    }
  }

  @Test func whatIsNotThereIsNotInOrder() throws {
    let folder = try TemporaryFolder()
    let outcome = try Gputrain.run(["data", "verify", "mnist", "--data-dir", folder.path])
    #expect(outcome.status == 65)
    #expect(outcome.stderrLines.last?.hasPrefix("gputrain: ") == true, "\(outcome)")
  }
}
