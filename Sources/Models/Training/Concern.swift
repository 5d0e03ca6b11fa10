/// What makes a run likely to come to nothing, though no number is wrong.
public enum Concern: String, Sendable, CustomStringConvertible {
  /// The discriminator told images from fakes through a whole epoch.
  case discriminatorWon = "discriminator_won"

  /// The part of the images, and of the fakes, that a discriminator which has won judges rightly.
  static let winningAccuracy = 0.97

  /// In plain words: what was seen, what it means, what can be done.
  public var description: String {
    switch self {
    case .discriminatorWon:
      """
      the discriminator has won: it knew more than \(Int(Self.winningAccuracy * 100)) % of the \
      images and of the fakes through the epoch, so the generator hardly learns any more; training \
      goes on, another --seed may stay balanced
      """
    }
  }
}
