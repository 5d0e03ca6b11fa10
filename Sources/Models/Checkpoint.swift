import GPUTensor
import SafeTensors

/// The error for a checkpoint that does not fit a model.
public struct CheckpointError: Error, CustomStringConvertible, Equatable {
  /// One line: the tensor or the number, and what is wrong with it.
  public let description: String
}

/// The state of a training as a safetensors file. It holds every parameter and the running
/// statistics of batch normalizations with PyTorch's names and layouts, Adam's moments as
/// `optimizer.exp_avg.NAME` and `optimizer.exp_avg_sq.NAME`, and the position in `__metadata__`. It
/// does not depend on the time of day, a path or a host.
///
/// All random numbers follow from the seed and the position, so a training resumes from a
/// checkpoint as if it had never stopped. Within an epoch the metadata also hold the sums of the
/// losses so far, as words in hexadecimal.
///
/// ```swift
/// let checkpoint = try Checkpoint(contentsOf: "glyphs.safetensors")
/// let images = try Sampler(model, checkpoint, on: Context()).sample(25)
/// ```
public struct Checkpoint: Sendable {
  /// The file's content.
  public let file: SafeTensorsFile
  /// The file's tensors, by their names without those of wrappers.
  private let tensors: [String: [SafeTensor]]

  /// Creates a checkpoint from a trainer's parameters and moments and, within an epoch, sums of
  /// losses, which it reads from the device. `details` are more metadata, such as the data's hash.
  ///
  /// - Throws: `OpenCLError`; `Divergence` if a number is not finite.
  public init(
    of trainer: any Trainer, at position: TrainingPosition, seed: UInt64,
    details: [String: String] = [:]
  ) throws {
    let step = position.epoch * trainer.training.steps + position.batch
    let parameters = trainer.parameterSets.flatMap(\.parameters)
    func finite(_ name: String, _ tensor: Tensor) throws -> [Float] {
      let elements = try tensor.floats()
      guard elements.allSatisfy(\.isFinite) else { throw Divergence(step: step, term: name) }
      return elements
    }
    func tensors(_ prefix: String, _ values: (Parameter) -> Tensor) throws -> [SafeTensor] {
      try parameters.map { parameter in
        let name = prefix + parameter.name
        return SafeTensor(
          name: name, shape: parameter.spec.torchShape,
          floats: parameter.spec.torchElements(try finite(name, values(parameter))))
      }
    }
    let statistics = try trainer.parameterSets.flatMap(\.statistics).flatMap { statistics in
      try statistics.tensors.map { name, tensor, spec in
        SafeTensor(name: name, shape: spec.torchShape, floats: try finite(name, tensor))
      } + [SafeTensor(name: statistics.countName, batches: try statistics.batches.words()[0])]
    }
    var metadata = [
      Key.format: "pt", Key.model: trainer.modelName, Key.epoch: String(position.epoch),
      Key.step: String(step), Key.seed: String(seed),
    ]
    if position.batch > 0 {
      metadata[Key.losses] = try trainer.training.meter.state()
        .map { String($0, radix: 16) }.joined(separator: " ")
    }
    self.init(
      file: SafeTensorsFile(
        metadata: metadata.merging(details) { own, _ in own },
        tensors: try tensors("", \.value) + statistics + tensors(Self.firstMoment, \.firstMoment)
          + tensors(Self.secondMoment, \.secondMoment)))
  }

  /// Creates a checkpoint from a parsed file.
  public init(file: SafeTensorsFile) {
    self.file = file
    tensors = Dictionary(grouping: file.tensors) { Self.unwrapped($0.name) }
  }

  /// The name of its model; nil if the file has none.
  public var model: String? { file.metadata[Key.model] }

  /// Whether a tensor has a name from a wrapped model, such as `module.encoder.0.weight`.
  package var hasWrappedNames: Bool {
    file.tensors.contains { Self.unwrapped($0.name) != $0.name }
  }

  /// Writes its parameters to a set on the device, and ignores tensors that the set does not have.
  ///
  /// - Returns: The names of the element types that were converted to F32.
  /// - Throws: `CheckpointError` if a parameter is missing, is not finite, or has another shape or
  ///   type; `OpenCLError`.
  @discardableResult
  public func restore(_ set: ParameterSet) throws -> [String] {
    try write(
      set.parameters.map { ($0.name, $0.value, $0.spec) } + set.statistics.flatMap(\.tensors))
    return try convertedTypes(of: set.parameters.map(\.name))
  }

  /// Returns the parameters of a network, then its running statistics, in PyTorch's layouts.
  ///
  /// - Returns: F32 tensors under the names of the network, and the names of the element types that
  ///   were converted to F32.
  /// - Throws: `CheckpointError` as `restore` does.
  package func weights(of network: Network) throws -> (tensors: [SafeTensor], converted: [String]) {
    let specs = network.parameterSpecs
    let tensors = try (specs + network.statisticsSpecs).map { name, spec in
      SafeTensor(
        name: name, shape: spec.torchShape, floats: try torchElements(named: name, spec))
    }
    return (tensors, try convertedTypes(of: specs.map(\.name)))
  }

  private func convertedTypes(of names: [String]) throws -> [String] {
    let types = try names.map { try tensor(named: $0).elementType }
    return Set(types).subtracting([.float32]).map(\.rawValue).sorted()
  }

  /// Checks, without a device, that it has the parameters of networks.
  ///
  /// - Throws: `CheckpointError` if one is missing, is not finite, or has another shape or type.
  package func check(_ networks: [Network]) throws {
    for (name, spec) in networks.flatMap({ $0.parameterSpecs + $0.statisticsSpecs }) {
      _ = try elements(named: name, spec)
    }
  }

  /// Checks, without a device, that a training of a model with `steps` steps per epoch can resume
  /// from it.
  ///
  /// - Returns: The position.
  /// - Throws: `CheckpointError` if it belongs to another model or lacks a part of the state.
  package func check(
    toResume model: any GenerativeModel, steps: Int
  ) throws -> TrainingPosition {
    let position = try position(of: model.name, steps: steps)
    for (name, spec) in model.networks.flatMap(\.value.parameterSpecs) {
      for prefix in ["", Self.firstMoment, Self.secondMoment] {
        _ = try elements(named: prefix + name, spec)
      }
    }
    for (name, spec) in model.networks.flatMap(\.value.statisticsSpecs) {
      _ = try elements(named: name, spec)
    }
    for name in model.networks.flatMap(\.value.countNames) { _ = try count(named: name) }
    return position
  }

  /// Restores a trainer's parameters, moments, position and sums of losses.
  ///
  /// - Returns: The position.
  /// - Throws: `CheckpointError` if it belongs to another model or lacks a part of the state;
  ///   `OpenCLError`.
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
      } + trainer.parameterSets.flatMap { $0.statistics.flatMap(\.tensors) })
    for statistics in trainer.parameterSets.flatMap(\.statistics) {
      try statistics.batches.write([try count(named: statistics.countName)])
    }
    try trainer.set(position, meter: meter)
    return position
  }

  /// The number of epochs that are done, validation included; nil if the file has no number.
  public var epoch: Int? { number(Key.epoch) }

  private func number(_ key: String) -> Int? {
    file.metadata[key].flatMap { Int($0) }.flatMap { (0..<1 << 31).contains($0) ? $0 : nil }
  }

  private func position(of model: String, steps: Int) throws -> TrainingPosition {
    guard self.model == model else {
      throw CheckpointError(description: "it belongs to '\(self.model ?? "no model")'")
    }
    // After a conversion, a training would resume from different numbers.
    let other = file.tensors.first {
      $0.elementType != .float32 && !$0.name.hasSuffix(".\(BatchNorm.countName)")
    }
    if let other {
      throw CheckpointError(
        description: "its tensor '\(other.name)' is \(other.elementType.rawValue), and a training "
          + "resumes only from F32")
    }
    guard let epoch, let step = number(Key.step),
      case let batch = step - epoch * steps, (0...steps).contains(batch)
    else {
      throw CheckpointError(description: "it does not say at which step its training stopped")
    }
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

  /// A number of batches.
  private func count(named name: String) throws -> UInt32 {
    let tensor = try tensor(named: name)
    guard let count = tensor.batches else {
      throw CheckpointError(description: "its tensor '\(tensor.name)' is not a number of batches")
    }
    return count
  }

  /// Checks tensors of the file, then writes all of them to the device.
  private func write(_ tensors: [(name: String, tensor: Tensor, spec: ParameterSpec)]) throws {
    let values = try tensors.map { try elements(named: $0.name, $0.spec) }
    for (target, elements) in zip(tensors, values) { try target.tensor.write(elements) }
  }

  private func elements(named name: String, _ spec: ParameterSpec) throws -> [Float] {
    spec.deviceElements(try torchElements(named: name, spec))
  }

  /// Returns the elements of a tensor, which it checks, in PyTorch's order.
  private func torchElements(named name: String, _ spec: ParameterSpec) throws -> [Float] {
    let tensor = try tensor(named: name)
    let shape = spec.torchShape
    guard tensor.shape == shape, tensor.elementType.isFloat else {
      let found = "\(tensor.elementType.rawValue) \(tensor.shape)"
      let advice = tensor.shape == shape ? "; save it as 32-bit floats" : ""
      throw CheckpointError(
        description: "its tensor '\(tensor.name)' is \(found), not F32 \(shape)\(advice)")
    }
    let elements = try tensor.floats()
    guard elements.allSatisfy(\.isFinite) else {
      let precision = tensor.elementType == .float32 ? "" : " as 32-bit floats"
      throw CheckpointError(
        description: "its tensor '\(tensor.name)' has numbers that are infinite or not a number"
          + precision)
    }
    return elements
  }

  /// Returns the tensor with this name, else the one with this name in a wrapped model.
  private func tensor(named name: String) throws -> SafeTensor {
    let found = tensors[Self.unwrapped(name)] ?? []
    guard let tensor = found.first(where: { $0.name == name }) ?? found.first else {
      throw CheckpointError(description: "it has no tensor '\(name)'")
    }
    guard found.count == 1 || tensor.name == name else {
      let names = found.map { "'\($0.name)'" }.joined(separator: " and ")
      throw CheckpointError(
        description: "its tensors \(names) may each be '\(name)'; save one of them alone")
    }
    return tensor
  }

  /// Returns a name without the parts that PyTorch's wrappers add: `_orig_mod` by torch.compile,
  /// `module` by DataParallel and others.
  private static func unwrapped(_ name: String) -> String {
    name.split(separator: ".", omittingEmptySubsequences: false)
      .filter { $0 != "_orig_mod" && $0 != "module" }.joined(separator: ".")
  }

  private static let firstMoment = "optimizer.exp_avg."
  private static let secondMoment = "optimizer.exp_avg_sq."

  /// The keys of the metadata.
  private enum Key {
    static let format = "format"
    static let model = "model"
    static let epoch = "epoch"
    static let step = "step"
    static let seed = "seed"
    static let losses = "epoch_losses"
  }
}
