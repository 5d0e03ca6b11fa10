import GenerativeModels
import Testing

@testable import gputrain

@Suite struct ExitStatusTests {
  @Test func aModelThatCannotBeUsed() throws {
    let error = #expect(throws: ModelError.self) {
      try VAE(
        name: "unsquashed", encoder: VAE.linear.encoder,
        decoder: Network(prefix: "decoder", input: 16) { Linear("fc", to: 784) })
    }
    #expect(error?.layer == #"Linear "fc""#)
    #expect(try ExitStatus(of: #require(error)) == .data)
  }
}
