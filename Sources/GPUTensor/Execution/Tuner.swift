/// Finds the fastest variant of each operation of command lists.
///
/// Each round tries the next variant of every operation that has one left, in whole lists. Runs
/// with these variants alternate with runs with the defaults.
public struct Tuner {
  private let context: Context
  private let record: () throws -> Subject
  private let standard: Subject
  /// All operations and their variants.
  private let operations: [String: [String]]

  /// Prepares to tune.
  ///
  /// - Parameters:
  ///   - context: The context, preferably for profiling. Its tuning changes during the measurement.
  ///   - record: Records the lists, whose tensors must be ready for a run.
  /// - Throws: as `record`; `OpenCLError`; `KernelBuildError`.
  public init(on context: Context, recording record: @escaping () throws -> Subject) throws {
    self.context = context
    self.record = record
    context.tuning = [:]
    standard = try record()
    operations = standard.lists.reduce(into: [:]) { $0.merge($1.variants) { $1 } }
  }

  /// The lists to tune.
  public struct Subject {
    let lists: [CommandList]
    let restart: () throws -> Void

    /// Creates a subject of lists that run one after the other. `restart` resets their state before
    /// each run.
    public init(_ lists: [CommandList], restart: @escaping () throws -> Void = {}) {
      self.lists = lists
      self.restart = restart
    }
  }

  /// An operation and its fastest variant, with the times of this and of the default.
  public struct Finding: Encodable, Sendable {
    /// The operation with its shapes.
    public let operation: String
    /// All variants, the default first.
    public let variants: [String]
    /// The fastest one.
    public let variant: String
    /// The time of all its launches in the lists, with the default variant and with the fastest, in
    /// milliseconds.
    public let defaultMs, ms: Double
  }

  /// The result of a tuning.
  public struct Result: Sendable {
    /// The operations, the slowest first.
    public let findings: [Finding]
    /// The number of rounds.
    public let rounds: Int
    /// The lists' time with the defaults, and with the variants found, in milliseconds.
    public let defaultMs, ms: Double
    /// The fastest variants of operations whose default is slower.
    public let tuning: Tuning
  }

  /// Tries as many variants as there is time for.
  ///
  /// - Parameters:
  ///   - seconds: The time. No round begins that would exceed it, except the first.
  ///   - onRound: Called before each round with its number and the largest number of rounds.
  /// - Throws: `OpenCLError`; `KernelBuildError`.
  public func run(seconds: Double, onRound: (Int, Int) -> Void = { _, _ in }) throws -> Result {
    let clock = ContinuousClock()
    let start = clock.now
    let mostRounds = (operations.values.map(\.count).max() ?? 1) - 1
    var best: [String: Trial] = [:]
    var round = 0
    var longest = 0.0
    while round < mostRounds {
      let elapsed = (clock.now - start).seconds
      guard round == 0 || elapsed + longest < seconds else { break }
      round += 1
      onRound(round, mostRounds)
      let tuning = operations.filter { $0.value.count > round }.mapValues { $0[round] }
      best.merge(try trials(of: tuning)) { $0.ratio <= $1.ratio ? $0 : $1 }
      longest = max(longest, (clock.now - start).seconds - elapsed)
    }
    return try confirm(best.filter { $0.value.ratio < Self.leastGain }.mapValues(\.variant), round)
  }

  /// The fraction of the default's time below which another variant is chosen; smaller gains may be
  /// noise.
  private static let leastGain = 0.97

  /// A variant of an operation, and the operation's seconds with the default and with the variant.
  private struct Trial {
    let variant: String
    let standard, tuned: Double
    /// The variant's time relative to the default's; 1 if the clock is too coarse to tell.
    var ratio: Double { min(standard, tuned) > 0 ? tuned / standard : 1 }
  }

  /// Measures the fastest variants once more, all together, and keeps those that are still faster
  /// than the default.
  private func confirm(_ candidates: Tuning, _ rounds: Int) throws -> Result {
    let seconds = try compare(candidates)
    let tuning = candidates.filter { name, variant in
      seconds[name].map {
        Trial(variant: variant, standard: $0.standard, tuned: $0.tuned).ratio < Self.leastGain
      } ?? false
    }
    func taken(_ name: String, _ both: (standard: Double, tuned: Double)) -> Double {
      tuning[name] == nil ? both.standard : both.tuned
    }
    let findings = operations.compactMap { operation, variants in
      seconds[operation].map {
        Finding(
          operation: operation, variants: variants, variant: tuning[operation] ?? variants[0],
          defaultMs: $0.standard * 1e3, ms: taken(operation, $0) * 1e3)
      }
    }
    return Result(
      findings: findings.sorted { ($1.defaultMs, $0.operation) < ($0.defaultMs, $1.operation) },
      rounds: rounds, defaultMs: seconds.reduce(0) { $0 + $1.value.standard } * 1e3,
      ms: seconds.reduce(0) { $0 + taken($1.key, $1.value) } * 1e3, tuning: tuning)
  }

  /// Tries the variants of `tuning`. If the device refuses them together, each half is tried by
  /// itself, and a variant that it refuses alone is left out.
  private func trials(of tuning: Tuning) throws -> [String: Trial] {
    do {
      let seconds = try compare(tuning)
      return Dictionary(
        uniqueKeysWithValues: tuning.compactMap { operation, variant in
          seconds[operation].map {
            (operation, Trial(variant: variant, standard: $0.standard, tuned: $0.tuned))
          }
        })
    } catch  where tuning.count > 1 && (error is OpenCLError || error is KernelBuildError) {
      let halves = tuning.sorted { $0.key < $1.key }
      return try [halves.prefix(tuning.count / 2), halves.dropFirst(tuning.count / 2)]
        .map { try trials(of: Tuning(uniqueKeysWithValues: $0.map { ($0.key, $0.value) })) }
        .reduce(into: [:]) { $0.merge($1) { $1 } }
    } catch is KernelBuildError {
      return [:]
    } catch is OpenCLError {
      return [:]
    }
  }

  /// Measures the seconds of each operation with the defaults and with `tuning`: medians of
  /// alternating runs. The key "" has the other launches.
  private func compare(_ tuning: Tuning) throws -> [String: (standard: Double, tuned: Double)] {
    context.tuning = tuning
    defer { context.tuning = [:] }
    let tuned = try record()
    let runs = try context.measured { clock in
      _ = try seconds(of: tuned, by: clock)
      return try (0..<7).map { _ in
        (try seconds(of: standard, by: clock), try seconds(of: tuned, by: clock))
      }
    }
    let names = Set(standard.lists.flatMap(\.launches).map { $0.tunable ?? "" })
    return Dictionary(
      uniqueKeysWithValues: names.map { name in
        (
          name,
          (median(runs.map { $0.0[name] ?? 0 }), median(runs.map { $0.1[name] ?? 0 }))
        )
      })
  }

  private func seconds(of subject: Subject, by clock: LaunchClock) throws -> [String: Double] {
    // NOTE: a measurement stops halfway if the clock proves unusable. Without a restart, the next
    // one would begin in the middle of an epoch, and lists would read images that do not exist.
    try subject.restart()
    return try subject.lists.reduce(into: [:]) { seconds, list in
      for (launch, time) in zip(list.launches, try list.runTimed(by: clock).joined()) {
        seconds[launch.tunable ?? "", default: 0] += time.seconds
      }
    }
  }
}
