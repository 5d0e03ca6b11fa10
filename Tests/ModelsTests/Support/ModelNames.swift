import Testing

@testable import GenerativeModels

// Shows the name of a model as the argument of a test.
extension VAE: CustomTestStringConvertible {
  public var testDescription: String { name }
}

extension GAN: CustomTestStringConvertible {
  public var testDescription: String { name }
}
