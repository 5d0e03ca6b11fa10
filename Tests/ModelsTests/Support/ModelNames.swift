import Testing

@testable import Models

// A test that takes a model is known by the model's name.
extension VAE: CustomTestStringConvertible {
  public var testDescription: String { name }
}

extension GAN: CustomTestStringConvertible {
  public var testDescription: String { name }
}
