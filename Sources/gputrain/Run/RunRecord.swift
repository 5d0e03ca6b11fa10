import Datasets
import Foundation
import GPUTensor
import Models

/// What run.json says: all that is needed to repeat a run, and where it was made.
struct RunRecord: Encodable {
  let model: String
  let dataset: String
  let dataSHA256: String
  let trainImages: Int
  let validationImages: Int
  let epochs: Int
  let batchSize: Int
  let learningRate: Double
  let beta1: Double
  let beta2: Double
  let epsilon: Double
  /// As text, since not every reader's numbers hold 64 bits.
  let seed: String
  let sampleEvery: Int
  let checkpointEvery: Int
  let convolution: String
  let device: String
  let platform: String
  let driver: String
  let version: String
  /// The command line that repeats the run.
  let command: [String]

  /// The record of a run.
  ///
  /// - Parameter otherOptions: Options of the command line beside those of training and schedule, each
  ///   with its value.
  init(
    _ model: any GenerativeModel.Type, _ options: TrainingOptions, _ schedule: Schedule,
    data: Dataset, context: Context, otherOptions: [String]
  ) {
    self.model = model.name
    dataset = data.name
    dataSHA256 = data.contentHash
    trainImages = data.train.count
    validationImages = data.validation.count
    epochs = schedule.epochs
    batchSize = options.batchSize
    learningRate = options.adam.learningRate
    beta1 = options.adam.beta1
    beta2 = options.adam.beta2
    epsilon = options.adam.epsilon
    seed = String(options.seed)
    sampleEvery = schedule.sampleEvery
    checkpointEvery = schedule.checkpointEvery
    let device = context.device
    convolution = context.convolution.rawValue
    self.device = device.name
    platform = device.platform
    driver = device.driverVersion
    version = Version.current
    command =
      [
        "gputrain", "train", model.name, "--dataset", data.name, "--epochs", "\(schedule.epochs)",
        "--batch-size", "\(options.batchSize)", "--learning-rate", "\(options.adam.learningRate)",
        "--seed", "\(options.seed)", "--device", device.name, "--sample-every",
        "\(schedule.sampleEvery)", "--checkpoint-every", "\(schedule.checkpointEvery)",
      ] + otherOptions
  }
}
