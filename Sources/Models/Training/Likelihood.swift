import Foundation
import GPUTensor

/// The distribution p(x | z) of images whose mean is a VAE's output y. Its negative logarithm is
/// the reconstruction's part of the loss.
public enum Likelihood: String, Sendable, CaseIterable, Codable {
  /// Each pixel is white with probability y, else black. A grey pixel of the data counts as the
  /// mean of such pixels: the loss is the binary cross entropy.
  case bernoulli
  /// Each pixel is normal with mean y and variance 1: the loss is ½ Σ (x − y)². It leaves out the
  /// logarithm of the density's constant factor, ½ log 2π for each pixel.
  case gaussian

  /// The likelihood in words.
  var words: String { "the \(rawValue.prefix(1).uppercased())\(rawValue.dropFirst()) likelihood" }

  /// The activations that a decoder may end in.
  package var ends: [Activation] {
    switch self {
    case .bernoulli: [.sigmoid]
    case .gaussian: [.sigmoid, .tanh, .identity]
    }
  }

  /// Whether the loss takes a decoder's output without its last activation.
  package var takesLogits: Bool { self == .bernoulli }

  /// The logarithm of the density's constant factor for an image of this many pixels, in nats.
  package func logConstant(pixels: Int) -> Double {
    switch self {
    case .bernoulli: 0
    case .gaussian: -0.5 * log(2 * Double.pi) * Double(pixels)
    }
  }
}

extension NetworkPass {
  /// Appends the loss of a decoder's images, and the gradient at its output.
  ///
  /// - Parameters:
  ///   - likelihood: The distribution of images, which decides the loss.
  ///   - y: The output of the forward pass, (rows, pixels); logits if the likelihood takes those.
  ///   - x: The images, (rows, pixels).
  ///   - loss: The tensor for the losses, (rows).
  ///   - list: The list to append to.
  package func recordLoss(
    _ likelihood: Likelihood, of y: Tensor, images x: Tensor, into loss: Tensor,
    on list: CommandList
  ) {
    let gradient = outputGradient(rows: y.rows)
    switch likelihood {
    case .bernoulli:
      list.bceWithLogits("loss", y, targets: x, into: gradient, loss: loss)
    case .gaussian:
      list.squaredError(
        "loss", y, targets: x, through: lastActivation, into: gradient, loss: loss)
    }
  }
}
