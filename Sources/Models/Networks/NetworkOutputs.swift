/// What a network's outputs are, which decides their shape.
enum NetworkOutputs {
  case any
  /// The means of this many latents, then their log variances.
  case latents(Int)
  /// A verdict on an image, which is one number.
  case verdict
  /// Images, with the number of elements that the encoder takes.
  case images(of: Network)
  /// Images in the shape that the discriminator takes.
  case fakes(for: Network)
  /// The input of the head of a classifier.
  case features(for: Network)

  /// Says why outputs of this shape do not fit; nil if they do.
  func fault(of shape: Shape) -> String? {
    let count = shape.reduce(1, *)
    switch self {
    case .any: return nil
    case .latents(let latents):
      guard count != 2 * latents else { return nil }
      return "gives \(shape.outputs); \(latents) latents need \(2 * latents), a mean and a log "
        + "variance each"
    case .verdict:
      return count == 1 ? nil : "gives \(shape.outputs); a discriminator gives one number"
    case .images(let encoder):
      return misfit(shape, encoder.input, "encoder", "images of ", exactly: false)
    case .fakes(let discriminator):
      return misfit(shape, discriminator.input, "discriminator", "images of ", exactly: true)
    case .features(let head):
      return misfit(shape, head.input, "head", "", exactly: true)
    }
  }

  /// Says why the network with this name does not take the outputs; nil if it does. With `exactly`,
  /// a map must have the same axes, because a convolution takes no others.
  private func misfit(
    _ shape: Shape, _ taken: Shape, _ name: String, _ kind: String, exactly: Bool
  ) -> String? {
    let (count, wanted) = (shape.reduce(1, *), taken.reduce(1, *))
    // Shapes with different numbers of axes compare only by their elements.
    let isAlike = shape.count == taken.count
    let outputs = shape.outputs + (isAlike || shape.count == 1 ? "" : " (\(count) numbers)")
    let inputs =
      taken.count == 1
      ? "\(wanted) inputs" : kind + taken.product + (isAlike ? "" : " (\(wanted) numbers)")
    guard count == wanted else { return "gives \(outputs), and the \(name) takes \(inputs)" }
    guard exactly, taken.count > 1, shape != taken else { return nil }
    return "gives \(shape.outputs), and the \(name) takes \(kind)\(taken.product)"
      + (shape.count == 1 ? "; add a reshape" : "")
  }
}

extension Shape {
  /// The shape in words, such as `28×28×1`.
  package var product: String { map(String.init).joined(separator: "×") }

  /// The shape of outputs in words, such as `28×28×1` or `16 outputs`.
  fileprivate var outputs: String {
    count > 1 ? product : self == [1] ? "1 output" : "\(product) outputs"
  }
}
