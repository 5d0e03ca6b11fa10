import ArgumentParser
import Models

/// The name of a model, as an argument.
struct ModelName: ExpressibleByArgument {
  let type: any GenerativeModel.Type

  init?(argument: String) {
    guard let type = Models.named(argument) else { return nil }
    self.type = type
  }

  static var allValueStrings: [String] { Models.all.map { $0.name } }

  static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}
