import Testing

@testable import GenerativeModels

// A test that takes a model is known by the model's name.
extension VAE: CustomTestStringConvertible {
  public var testDescription: String { name }
}

extension GAN: CustomTestStringConvertible {
  public var testDescription: String { name }
}
