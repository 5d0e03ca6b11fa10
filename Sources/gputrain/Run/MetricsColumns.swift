import GenerativeModels

/// The columns of metrics.csv.
enum MetricsColumns {
  /// The names of the columns of a model's runs, in order.
  static func names(of model: any GenerativeModel) -> [String] {
    ["epoch"] + model.metricNames + ["seconds", "images_per_second"]
  }

  /// Whether a field is a finite number in decimal digits, as a run writes it.
  static func isNumber(_ field: String) -> Bool {
    !field.utf8.contains { $0 | 0x20 == UInt8(ascii: "x") } && Double(field)?.isFinite == true
  }

  /// Says what is wrong with the header of a model's run; nil if nothing is.
  static func fault(in header: [String], of model: any GenerativeModel) -> String? {
    // By bytes: to compare strings, Swift sorts combining marks, which may take hours.
    let (found, wanted) = (header.map { Array($0.utf8) }, names(of: model).map { Array($0.utf8) })
    if found == wanted { return nil }
    func text(_ name: [UInt8]) -> String { String(decoding: name.prefix(40), as: UTF8.self) }
    if let name = wanted.first(where: { !found.contains($0) }) {
      return "lacks the column '\(text(name))'"
    }
    if let name = found.first(where: { !wanted.contains($0) }) {
      return "has a column '\(text(name))', which the run does not write"
    }
    return found.count == wanted.count
      ? "has its columns in another order than the run writes them" : "has a column twice"
  }
}
