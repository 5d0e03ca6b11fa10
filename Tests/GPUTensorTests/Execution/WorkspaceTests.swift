import TestSupport
import Testing

@testable import GPUTensor

@Suite struct WorkspaceTests {
  /// The second operation of a label and shape shares the memory of the first, if the list says so.
  @Test(arguments: [false, true])
  func listsShareWorkspaces(shares: Bool) throws {
    let list = CommandList(try testContext())
    list.sharesWorkspaces = shares
    let first = list.workspace([2, 3], label: "conv filters")
    #expect((list.workspace([2, 3], label: "conv filters").buffer === first.buffer) == shares)
    #expect(list.workspace([3, 2], label: "conv filters").buffer !== first.buffer)
    #expect(list.workspace([2, 3], label: "fc filters").buffer !== first.buffer)
  }
}
