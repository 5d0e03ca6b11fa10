import GPUTensor
import GenerativeModels

/// What a step does with a network: it takes examples forward, and in training gradients back (`GANTrainer`,
/// `VAETrainer`).
struct TrainedPass {
  let network: Network
  /// Examples that go forward.
  let rows: Int
  /// How many of their gradients come back: none in validation.
  var gradientRows = 0
  /// Whether the gradients of parameters are wanted.
  var updates = true
  /// The function whose output the network's input is, where the gradient in that is wanted.
  var inputFunction: Activation?
  /// Whether the last activation is a part of the loss.
  var endsInLogits = false
  /// Whether dropout is on, where the network has some.
  var drops = true
  /// Whether another pass does the same with the network, but for the number of examples or for dropout.
  var isRepeat = false

  /// What tells its operations from those of the other passes; nothing for the one that is no repeat.
  var suffix: String { isRepeat ? " ×\(rows)" + (drops ? "" : ", validation") : "" }
}

extension GenerativeModel {
  /// The passes of a training on as many images as MNIST has, in batches of `batch`: those of a full step, of
  /// validation, and of the short batches that end an epoch. Kernels may depend on the number of examples, as tunings
  /// do.
  ///
  /// - Throws: `SelfTestFailure` for a kind of model whose passes are not known.
  func trainedPasses(batch: Int) throws -> [TrainedPass] {
    let (last, lastOfValidation) = (60_000 % batch, 10_000 % batch)
    let short = last > 0 ? try trainingPasses(rows: last) : []
    return try trainingPasses(rows: batch) + validationPasses(rows: batch)
      + short.map {
        var pass = $0
        pass.isRepeat = true
        return pass
      } + (lastOfValidation > 0 ? validationPasses(rows: lastOfValidation) : [])
  }

  private func trainingPasses(rows: Int) throws -> [TrainedPass] {
    switch self {
    case let model as VAE:
      [
        TrainedPass(network: model.encoder, rows: rows, gradientRows: rows),
        TrainedPass(
          network: model.decoder, rows: rows, gradientRows: rows, inputFunction: .identity,
          endsInLogits: true),
      ]
    case let model as GAN:
      [
        TrainedPass(network: model.generator, rows: 2 * rows, gradientRows: rows),
        TrainedPass(network: model.discriminator, rows: 2 * rows, gradientRows: 2 * rows),
        // In the generator's update.
        TrainedPass(
          network: model.discriminator, rows: rows, gradientRows: rows, updates: false,
          inputFunction: model.generator.stages.last?.activation ?? .identity, isRepeat: true),
      ]
    default: throw SelfTestFailure(unknown: self)
    }
  }

  private func validationPasses(rows: Int) -> [TrainedPass] {
    guard let model = self as? VAE else { return [] }
    return [
      TrainedPass(network: model.encoder, rows: rows, drops: false, isRepeat: true),
      TrainedPass(
        network: model.decoder, rows: rows, endsInLogits: true, drops: false, isRepeat: true),
    ]
  }
}
