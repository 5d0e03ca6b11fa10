/// A setting in which compared runs may differ.
struct ComparedSetting {
  /// The option without its dashes, or another name, such as `model`.
  let name: String
  /// The values, in the order of the runs.
  let values: [String]
  /// Whether runs that differ in it are runs of different groups.
  let separates: Bool

  /// Whether the runs differ in it.
  var differs: Bool { Set(values).count > 1 }

  /// The settings in which runs differ: the model, the options of `train`, and the contents of
  /// files that have the same name.
  static func differences(of runs: [ComparedRun]) -> [ComparedSetting] {
    let names = ComparedSetting("model", runs.map(\.record.settings.model))
    let options = RunSettings.fields.compactMap { ComparedSetting($0, runs) }
    let images = runs.map { run in
      RunSettings.fields.filter { $0.rule == .images }.map { $0.text(run.record.settings) }
    }
    let all =
      [
        names,
        versions("model's description", of: runs.map(\.modelDescription), within: names.values),
      ]
      + options
      + [versions("content of the data", of: runs.map(\.dataHash), within: images)]
    return all.filter(\.differs)
  }

  private init(_ name: String, _ values: [String]) {
    (self.name, self.values, separates) = (name, values, true)
  }

  /// Makes the setting of an option; nil if no run has a value of its own.
  private init?(_ field: RunSettings.Field, _ runs: [ComparedRun]) {
    let given = runs.map { field.value($0.record.settings) }
    if !field.isFlag, given.allSatisfy({ $0 == nil }) { return nil }
    name = String(field.option.dropFirst(2))
    values = zip(given, runs).map { value, run in
      value.map { field.isFlag ? "yes" : $0 } ?? field.absent(run.record.settings)
    }
    separates =
      field.rule != .free && field.option != "--seed"
      && !Self.followsFromDevice(field, values, runs)
  }

  /// Settings of how a device computes.
  private static let computing = ["--kernels", "--convolution", "--no-tuning"]

  /// Whether a setting says how a device computes, and all runs on the same device agree in it.
  private static func followsFromDevice(
    _ field: RunSettings.Field, _ values: [String], _ runs: [ComparedRun]
  ) -> Bool {
    guard computing.contains(field.option) else { return false }
    let devices = runs.map(\.record.settings.device)
    return Set(zip(devices, values).map { [$0, $1] }).count == Set(devices).count
  }

  /// Makes a setting whose values number the different contents of files with the same name.
  private static func versions<Name: Equatable>(
    _ setting: String, of contents: [[UInt8]], within names: [Name]
  ) -> ComparedSetting {
    let values = contents.indices.map { index in
      var seen: [[UInt8]] = []
      for other in contents.indices where names[other] == names[index] {
        if !seen.contains(contents[other]) { seen.append(contents[other]) }
      }
      return "\((seen.firstIndex(of: contents[index]) ?? 0) + 1)"
    }
    return ComparedSetting(setting, values)
  }
}

extension ComparedRun {
  fileprivate var modelDescription: [UInt8] {
    Array((record.provenance.modelDescription ?? "").utf8)
  }
  fileprivate var dataHash: [UInt8] { Array(record.provenance.dataSha256.utf8) }
}
