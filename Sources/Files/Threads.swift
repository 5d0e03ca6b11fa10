import Foundation
import Synchronization

/// A thread could not be started.
public struct ThreadError: Error, CustomStringConvertible {
  /// One line: the system's reason, and what to do.
  public let description: String

  init(code: Int32) {
    description = """
      cannot start a thread: \(String(cString: strerror(code))); raise \(resourceLimits)
      """
  }
}

/// The limits on threads and memory, for messages.
public let resourceLimits = "the limits on memory and processes (ulimit -v, ulimit -u)"

/// Starts a thread that runs `body`.
///
/// NOTE: Foundation's Thread ends the program if the system has no thread left, and Dispatch waits
/// forever for one.
///
/// - Returns: The thread, to be joined or detached by the caller.
/// - Throws: `ThreadError` if the system has no thread left.
public func startThread(_ body: @escaping @Sendable () -> Void) throws -> pthread_t {
  let function = Unmanaged.passRetained(ThreadBody(body))
  var thread = pthread_t()
  let code = pthread_create(
    &thread, nil,
    { function in
      if let function { Unmanaged<ThreadBody>.fromOpaque(function).takeRetainedValue().run() }
      return nil
    }, function.toOpaque())
  guard code == 0 else {
    function.release()
    throw ThreadError(code: code)
  }
  return thread
}

/// Checks that `count` threads can run at once, by starting them; they end immediately.
///
/// - Throws: `ThreadError`.
public func checkThreadsCanStart(_ count: Int) throws {
  let gate = Gate()
  var threads: [pthread_t] = []
  defer {
    gate.open()
    for thread in threads { pthread_join(thread, nil) }
  }
  for _ in 0..<count { threads.append(try startThread { gate.wait() }) }
}

/// Runs `body` for each of `0..<count`, in any order, on all CPUs for which the system provides
/// threads.
public func forEachInParallel(_ count: Int, _ body: @Sendable (Int) -> Void) {
  let next = Counter()
  withoutActuallyEscaping(body) { body in
    let work: @Sendable () -> Void = { while let item = next.take(below: count) { body(item) } }
    let processors = min(count, ProcessInfo.processInfo.activeProcessorCount)
    let threads = (1..<max(2, processors)).compactMap { _ in try? startThread(work) }
    work()
    for thread in threads { pthread_join(thread, nil) }
  }
}

private final class ThreadBody: Sendable {
  let run: @Sendable () -> Void

  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

private final class Counter: Sendable {
  private let next = Atomic(0)

  /// Returns the next number; nil from `end` on.
  func take(below end: Int) -> Int? {
    let number = next.add(1, ordering: .relaxed).oldValue
    return number < end ? number : nil
  }
}

/// Blocks threads until it is opened.
private final class Gate: Sendable {
  private let isOpen = Atomic(false)

  func open() { isOpen.store(true, ordering: .releasing) }

  func wait() { while !isOpen.load(ordering: .acquiring) { usleep(100) } }
}
