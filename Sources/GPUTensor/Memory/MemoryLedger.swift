/// How much device memory is in use, and how much was at most.
public final class MemoryLedger {
  /// Bytes in use now.
  public private(set) var current = 0
  /// The most bytes that were in use at once.
  public private(set) var peak = 0

  func add(_ bytes: Int) {
    current += bytes
    peak = max(peak, current)
  }

  func remove(_ bytes: Int) { current -= bytes }
}
