import GPUTensor
import SafeTensors

/// A checkpoint that does not fit the model that is to take it.
public struct CheckpointError: Error, CustomStringConvertible, Equatable {
  /// One line: what is wrong with which tensor.
  public let description: String
}

/// A model's state as a safetensors file: every parameter under the name and in the layout that PyTorch
/// would give it, Adam's moments as `optimizer.exp_avg.NAME` and `optimizer.exp_avg_sq.NAME`, and the
/// position in `__metadata__`. It holds nothing that depends on the time of day, a path or a host.
///
/// All randomness follows from the seed and the position, so that a training goes on from it as if it had never
/// stopped. Within an epoch the metadata also have the losses' sums so far, the device's words in hexadecimal.
public struct Checkpoint: Sendable {
  /// The file's content.
  public let file: SafeTensorsFile

  /// Reads the trainer's parameters, moments and, within an epoch, sums of losses from the device.
  ///
  /// - Parameters:
  ///   - details: more metadata, such as the data's hash.
  /// - Throws: `OpenCLError`; `Divergence` where a number is not finite.
  public init(
    of trainer: any Trainer, at position: TrainingPosition, seed: UInt64, details: [String: String]
  ) throws {
    let step = position.epoch * trainer.training.steps + position.batch
    let parameters = trainer.parameterSets.flatMap(\.parameters)
    func tensors(_ prefix: String, _ values: (Parameter) -> Tensor) throws -> [SafeTensor] {
      try parameters.map { parameter in
        let elements = try values(parameter).floats()
        guard elements.allSatisfy(\.isFinite) else {
          throw Divergence(step: step, term: prefix + parameter.name)
        }
        return SafeTensor(
          name: prefix + parameter.name, shape: parameter.spec.torchShape,
          floats: parameter.spec.torchElements(elements))
      }
    }
    var metadata = [
      Key.format: "pt", Key.model: trainer.modelName, Key.epoch: String(position.epoch),
      Key.step: String(step), Key.seed: String(seed),
    ]
    if position.batch > 0 {
      metadata[Key.losses] = try trainer.training.meter.state()
        .map { String($0, radix: 16) }.joined(separator: " ")
    }
    file = SafeTensorsFile(
      metadata: metadata.merging(details) { own, _ in own },
      tensors: try tensors("", \.value) + tensors(Self.firstMoment, \.firstMoment)
        + tensors(Self.secondMoment, \.secondMoment))
  }

  /// A checkpoint from a parsed file.
  public init(file: SafeTensorsFile) { self.file = file }

  /// The name of the model that it belongs to; nil where the file does not say.
  public var model: String? { file.metadata[Key.model] }

  /// Writes its parameters into a set on the device; names that the set does not have are left alone.
  ///
  /// - Throws: `CheckpointError` where a parameter is missing, of another shape or not finite; `OpenCLError`.
  public func restore(_ set: ParameterSet) throws {
    try write(set.parameters.map { ($0.name, $0.value, $0.spec) })
  }

  /// Checks that it has the parameters of networks, without a device.
  ///
  /// - Throws: `CheckpointError` where one is missing, of another shape or not finite.
  public func check(_ networks: [Network]) throws {
    for (name, spec) in networks.flatMap(\.parameterSpecs) { _ = try elements(named: name, spec) }
  }

  /// Checks that a training of a model, with `steps` steps an epoch, can resume from it, without
  /// a device.
  ///
  /// - Returns: The position.
  /// - Throws: `CheckpointError` where it is of another model or does not hold all that.
  public func check(
    toResume model: any GenerativeModel.Type, steps: Int
  ) throws -> TrainingPosition {
    let position = try position(of: model.name, steps: steps)
    for (name, spec) in model.networks.flatMap(\.parameterSpecs) {
      for prefix in ["", Self.firstMoment, Self.secondMoment] {
        _ = try elements(named: prefix + name, spec)
      }
    }
    return position
  }

  /// Takes a training to where the checkpoint was made: parameters, moments, position and sums.
  ///
  /// - Returns: The position.
  /// - Throws: `CheckpointError` where it is of another model or does not hold all that; `OpenCLError`.
  public func restore(_ trainer: any Trainer) throws -> TrainingPosition {
    let position = try position(of: trainer.modelName, steps: trainer.training.steps)
    let meter = position.batch > 0 ? try sums(of: trainer.training.meter) : nil
    try write(
      trainer.parameterSets.flatMap(\.parameters).flatMap { parameter in
        [
          (parameter.name, parameter.value, parameter.spec),
          (Self.firstMoment + parameter.name, parameter.firstMoment, parameter.spec),
          (Self.secondMoment + parameter.name, parameter.secondMoment, parameter.spec),
        ]
      })
    try trainer.set(position, meter: meter)
    return position
  }

  /// Epochs done, validation included; nil where the file does not say.
  public var epoch: Int? { number(Key.epoch) }

  private func number(_ key: String) -> Int? {
    file.metadata[key].flatMap { Int($0) }.flatMap { (0..<1 << 31).contains($0) ? $0 : nil }
  }

  private func position(of model: String, steps: Int) throws -> TrainingPosition {
    guard self.model == model else {
      throw CheckpointError(description: "it belongs to '\(self.model ?? "no model")'")
    }
    guard let epoch, let step = number(Key.step),
      case let batch = step - epoch * steps, (0...steps).contains(batch)
    else { throw CheckpointError(description: "it does not say where its training stood") }
    return TrainingPosition(epoch: epoch, batch: batch)
  }

  private func sums(of meter: Meter) throws -> [UInt32] {
    let fields = file.metadata[Key.losses]?.split(separator: " ") ?? []
    let words = fields.compactMap { UInt32($0, radix: 16) }
    guard fields.count == meter.stateCount, words.count == fields.count else {
      throw CheckpointError(description: "it does not hold the losses of its epoch")
    }
    return words
  }

  /// Writes tensors of the file into the device's, all of which are checked before the first is written.
  private func write(_ tensors: [(name: String, tensor: Tensor, spec: ParameterSpec)]) throws {
    let values = try tensors.map { try elements(named: $0.name, $0.spec) }
    for (target, elements) in zip(tensors, values) { try target.tensor.write(elements) }
  }

  private func elements(named name: String, _ spec: ParameterSpec) throws -> [Float] {
    guard let tensor = file[name] else {
      throw CheckpointError(description: "it has no tensor '\(name)'")
    }
    let shape = spec.torchShape
    guard tensor.shape == shape, tensor.elementType == .float32 else {
      let found = "\(tensor.elementType.rawValue) \(tensor.shape)"
      let advice = tensor.shape == shape ? "; save it as 32-bit floats" : ""
      throw CheckpointError(
        description: "its tensor '\(name)' is \(found), not F32 \(shape)\(advice)")
    }
    let elements = try tensor.floats()
    guard elements.allSatisfy(\.isFinite) else {
      throw CheckpointError(
        description: "its tensor '\(name)' has numbers that are infinite or not a number")
    }
    return spec.deviceElements(elements)
  }

  private static let firstMoment = "optimizer.exp_avg."
  private static let secondMoment = "optimizer.exp_avg_sq."

  /// The metadata's names.
  private enum Key {
    static let format = "format"
    static let model = "model"
    static let epoch = "epoch"
    static let step = "step"
    static let seed = "seed"
    static let losses = "epoch_losses"
  }
}
