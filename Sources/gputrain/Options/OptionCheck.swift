import ArgumentParser

/// Checks of options that several commands have. Each throws the parser's `ValidationError`.
enum OptionCheck {
  /// Checks a number, if there is one.
  static func number(_ value: Int?, _ range: ValueRange, _ option: String) throws {
    guard let value, !range.contains("\(value)") else { return }
    throw ValidationError(range.fault(of: option))
  }

  /// The most images that a command draws or reads.
  static let maximumImages = 100_000

  /// Checks a number of images, if there is one.
  static func imageCount(_ value: Int?) throws {
    guard let value else { return }
    guard (1...maximumImages).contains(value) else {
      throw ValidationError("--count must be between 1 and \(maximumImages)")
    }
  }

  /// Checks the name of a file, if there is one: its ending, if it has any, must be the format's.
  static func file(_ path: String?, _ option: String, ending: String) throws {
    guard let path else { return }
    guard !path.isEmpty else { throw ValidationError("\(option) must name a file") }
    let name = path.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return }
    guard name[dot...].lowercased() == ending else {
      throw ValidationError("\(option) \(path) must end in \(ending), the format that is written")
    }
  }
}
