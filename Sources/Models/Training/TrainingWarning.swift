import Foundation

/// A sign that a training is likely to fail, though every number is finite.
public enum TrainingWarning: String, Sendable, CustomStringConvertible {
  /// The discriminator recognized nearly all images and fakes through an epoch.
  case discriminatorWon = "discriminator_won"
  /// The discriminator recognized most images and fakes through an epoch. The generator may still
  /// recover.
  case discriminatorAhead = "discriminator_ahead"
  /// The generator makes nearly the same image from all latents.
  case generatorCollapsed = "generator_collapsed"
  /// Most latents carry no information.
  case latentsUnused = "latents_unused"

  /// The accuracy on images and on fakes above which the discriminator has won.
  package static let winningAccuracy = 0.97
  /// The accuracy above which it is far ahead. In balanced trainings it is 0.78 to 0.93.
  static let leadingAccuracy = 0.95
  /// The ratio of the samples' variance to the data's below which the generator has collapsed. A
  /// linear GAN on MNIST has 0.01 in its first epochs, 0.13 after five, 0.4 after ten.
  static let leastDiversity = 0.05
  /// The mean divergence in nats below which a latent carries no information. The least used latent
  /// of a linear VAE on MNIST has 0.08 after one epoch.
  static let leastDivergence = 0.01
  /// The number of first steps without warnings about samples and latents, since these are normal
  /// at the beginning of a training.
  static let stepsToBegin = 4000

  /// One line: the sign, its meaning, and what to do.
  public var description: String {
    switch self {
    case .discriminatorWon:
      """
      the discriminator has won: it recognized more than \(Int(Self.winningAccuracy * 100)) % of \
      the images and of the fakes through the epoch, so the generator hardly learns any more; \
      training continues; to keep the balance, try another --seed
      """
    case .discriminatorAhead:
      """
      the discriminator is far ahead: it recognized more than \
      \(Int(Self.leadingAccuracy * 100)) % of the images and of the fakes through the epoch, so \
      the generator learns little for now; training continues and may recover its balance; to keep \
      the balance, try another --seed
      """
    case .generatorCollapsed:
      """
      the generator has collapsed: the variance of its samples is less than \
      \(Int(Self.leastDiversity * 100)) % of that of the images, so it makes one image from nearly \
      all latents; training continues; try another --seed
      """
    case .latentsUnused:
      """
      most latents are unused: their divergence is below \(Self.leastDivergence), so the decoder \
      makes the same image whatever they are; training continues; try a smaller --learning-rate
      """
    }
  }

  /// The preset that prevents the problem, if the model has that preset; nil for none.
  public var presetThatHelps: Preset? {
    switch self {
    case .discriminatorWon, .discriminatorAhead: .stable
    case .generatorCollapsed, .latentsUnused: nil
    }
  }

  /// The more serious warning that makes this one needless; nil for none.
  public var graver: TrainingWarning? { self == .discriminatorAhead ? .discriminatorWon : nil }

  /// Returns the warning for a discriminator with these accuracies on images and on fakes; nil for
  /// none.
  package static func seen(inAccuracies accuracies: [Double]) -> TrainingWarning? {
    if accuracies.allSatisfy({ $0 > winningAccuracy }) { return .discriminatorWon }
    return accuracies.allSatisfy { $0 > leadingAccuracy } ? .discriminatorAhead : nil
  }

  /// Returns the warning for a generator after a number of training steps; nil for none. It
  /// compares samples, (n, pixels), with images, (m, pixels), both packed and in the same range.
  package static func seen(
    inSamples samples: [Float], of images: [Float], pixels: Int, after steps: Int
  ) -> TrainingWarning? {
    guard steps >= stepsToBegin else { return nil }
    let part = variance(samples, columns: pixels) / variance(images, columns: pixels)
    return part < leastDiversity ? .generatorCollapsed : nil
  }

  /// Returns the warning for an encoder's outputs, (n, latent), packed, after a number of training
  /// steps; nil for none.
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

  /// Returns the sum of the columns' variances.
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
