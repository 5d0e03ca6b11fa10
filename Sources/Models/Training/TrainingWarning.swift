import Foundation

/// A sign that a training is likely to fail, though every number is finite.
public enum TrainingWarning: String, Sendable, CustomStringConvertible {
  /// The discriminator told images from fakes throughout an epoch.
  case discriminatorWon = "discriminator_won"
  /// The discriminator told most images from fakes: the generator may recover, or not.
  case discriminatorAhead = "discriminator_ahead"
  /// The generator makes nearly the same image from all latents.
  case generatorCollapsed = "generator_collapsed"
  /// Most latents carry no information.
  case latentsUnused = "latents_unused"

  /// The accuracy on images and on fakes above which the discriminator has won.
  static let winningAccuracy = 0.97
  /// The accuracy above which it is far ahead. Balanced ones have 0.78 to 0.93.
  static let leadingAccuracy = 0.95
  /// The variance of samples, as a part of the data's, below which they are one image. A linear GAN
  /// on MNIST has 0.01 in its first epochs, 0.13 after five, 0.4 after ten.
  static let leastDiversity = 0.05
  /// The mean divergence in nats below which a latent carries no information. The least used latent
  /// of a linear VAE on MNIST has 0.08 after an epoch.
  static let leastDivergence = 0.01
  /// The steps without warnings about samples and latents: every training begins like that.
  static let stepsToBegin = 4000

  /// What was seen, what it means, and what to do.
  public var description: String {
    switch self {
    case .discriminatorWon:
      """
      the discriminator has won: it knew more than \(Int(Self.winningAccuracy * 100)) % of the \
      images and of the fakes through the epoch, so the generator hardly learns any more; training \
      goes on; to keep the balance, try another --seed
      """
    case .discriminatorAhead:
      """
      the discriminator is far ahead: it knew more than \(Int(Self.leadingAccuracy * 100)) % of the images \
      and of the fakes through the epoch, so the generator learns little for now; training goes on and may find its \
      balance again; to keep it, try another --seed
      """
    case .generatorCollapsed:
      """
      the generator has collapsed: its samples differ by less than \(Int(Self.leastDiversity * 100)) % of what \
      images differ by, so it makes one image of nearly all latents; training goes on, another --seed may not
      """
    case .latentsUnused:
      """
      most latents are unused: their divergence is below \(Self.leastDivergence), so the decoder makes the \
      same image whatever they are; training goes on, a smaller --learning-rate may use them
      """
    }
  }

  /// The preset that prevents this, for a model that has it; nil for none.
  public var presetThatHelps: Preset? {
    switch self {
    case .discriminatorWon, .discriminatorAhead: .stable
    case .generatorCollapsed, .latentsUnused: nil
    }
  }

  /// The warning that includes this one; nil for none.
  public var graver: TrainingWarning? { self == .discriminatorAhead ? .discriminatorWon : nil }

  /// The warning for a discriminator with these accuracies on images and on fakes; nil for none.
  static func seen(inAccuracies accuracies: [Double]) -> TrainingWarning? {
    if accuracies.allSatisfy({ $0 > winningAccuracy }) { return .discriminatorWon }
    return accuracies.allSatisfy { $0 > leadingAccuracy } ? .discriminatorAhead : nil
  }

  /// The warning for a generator's samples, (n, pixels), beside images, (m, pixels), in the same
  /// range, after a number of training steps; nil for none. Both are packed.
  package static func seen(
    inSamples samples: [Float], of images: [Float], pixels: Int, after steps: Int
  ) -> TrainingWarning? {
    guard steps >= stepsToBegin else { return nil }
    let part = variance(samples, columns: pixels) / variance(images, columns: pixels)
    return part < leastDiversity ? .generatorCollapsed : nil
  }

  /// The warning for an encoder's outputs, (n, latent), packed, after a number of training steps;
  /// nil for none.
  package static func seen(
    inMeans means: [Float], logVariances: [Float], latent: Int, after steps: Int
  ) -> TrainingWarning? {
    guard steps >= stepsToBegin else { return nil }
    var divergences = [Double](repeating: 0, count: latent)
    for (index, (mean, logVariance)) in zip(means, logVariances).enumerated() {
      let (mean, logVariance) = (Double(mean), Double(logVariance))
      divergences[index % latent] += (mean * mean + exp(logVariance) - 1 - logVariance) / 2
    }
    let rows = Double(means.count / latent)
    let unused = divergences.count { $0 / rows < leastDivergence }
    return 2 * unused > latent ? .latentsUnused : nil
  }

  /// The sum of the columns' variances.
  private static func variance(_ values: [Float], columns: Int) -> Double {
    var sums = [Double](repeating: 0, count: columns)
    var squares = sums
    for (index, value) in values.enumerated() {
      sums[index % columns] += Double(value)
      squares[index % columns] += Double(value) * Double(value)
    }
    let rows = Double(values.count / columns)
    return zip(sums, squares).reduce(0) { $0 + $1.1 / rows - ($1.0 / rows) * ($1.0 / rows) }
  }
}
