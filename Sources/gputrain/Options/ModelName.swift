import ArgumentParser
import GenerativeModels

/// The name of a model, as an argument.
struct ModelName: ExpressibleByArgument {
  let value: any GenerativeModel

  init?(argument: String) {
    guard let value = Models.named(argument) else { return nil }
    self.value = value
  }

  static var allValueStrings: [String] { Models.all.map { $0.name } }

  static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}
