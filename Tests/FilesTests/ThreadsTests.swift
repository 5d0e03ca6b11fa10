import Files
import Foundation
import Synchronization
import Testing

@Suite struct ThreadsTests {
  @Test func eachNumberIsTakenOnce() {
    let taken = Lock([Int](repeating: 0, count: 1000))
    forEachInParallel(1000) { number in taken.withLock { $0[number] += 1 } }
    #expect(taken.withLock { $0 } == [Int](repeating: 1, count: 1000))
    forEachInParallel(0) { _ in Issue.record("there is nothing to do") }
  }

  @Test func aThreadRunsToItsEnd() throws {
    let flag = Flag()
    pthread_join(try startThread { flag.set() }, nil)
    #expect(flag.isSet)
    try checkThreadsCanStart(3)
  }
}

private final class Flag: Sendable {
  private let value = Atomic(false)
  var isSet: Bool { value.load(ordering: .acquiring) }
  func set() { value.store(true, ordering: .releasing) }
}
