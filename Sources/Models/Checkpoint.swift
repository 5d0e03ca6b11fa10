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
public struct Checkpoint: Sendable {
  /// The file's content.
  public let file: SafeTensorsFile

  /// What the metadata says of a run.
  public struct Position: Sendable, Equatable {
    /// The model's name.
    public let model: String
    /// Epochs done.
    public let epoch: Int
    /// Steps done.
    public let step: Int
    /// The run's seed.
    public let seed: UInt64

    /// A position in a run.
    public init(model: String, epoch: Int, step: Int, seed: UInt64) {
      self.model = model
      self.epoch = epoch
      self.step = step
      self.seed = seed
    }
  }

  /// Reads the sets' parameters and moments from the device.
  ///
  /// - Parameter details: more metadata, such as the data's hash.
  /// - Throws: `OpenCLError`.
  public init(
    of sets: [ParameterSet], at position: Position, details: [String: String]
  ) throws {
    let parameters = sets.flatMap(\.parameters)
    func tensors(_ prefix: String, _ values: (Parameter) -> Tensor) throws -> [SafeTensor] {
      try parameters.map { parameter in
        SafeTensor(
          name: prefix + parameter.name, shape: parameter.spec.torchShape,
          floats: parameter.spec.torchElements(try values(parameter).floats()))
      }
    }
    let metadata = [
      "format": "pt", "model": position.model, "epoch": String(position.epoch),
      "step": String(position.step), "seed": String(position.seed),
    ]
    file = SafeTensorsFile(
      metadata: metadata.merging(details) { own, _ in own },
      tensors: try tensors("", \.value) + tensors(Self.firstMoment, \.firstMoment)
        + tensors(Self.secondMoment, \.secondMoment))
  }

  /// A checkpoint from a parsed file.
  public init(file: SafeTensorsFile) { self.file = file }

  /// The name of the model that it belongs to; nil where the file does not say.
  public var model: String? { file.metadata["model"] }

  /// Writes its parameters into a set on the device; names that the set does not have are left alone.
  ///
  /// - Throws: `CheckpointError` where a parameter is missing or of another shape; `OpenCLError`.
  public func restore(_ set: ParameterSet) throws {
    // All are checked before the first is written.
    let values = try set.parameters.map { try elements(of: $0, named: $0.name) }
    for (parameter, elements) in zip(set.parameters, values) {
      try parameter.value.write(elements)
    }
  }

  private func elements(of parameter: Parameter, named name: String) throws -> [Float] {
    guard let tensor = file[name] else {
      throw CheckpointError(description: "it has no tensor '\(name)'")
    }
    let shape = parameter.spec.torchShape
    guard tensor.shape == shape, tensor.elementType == .float32 else {
      let found = "\(tensor.elementType.rawValue) \(tensor.shape)"
      let advice = tensor.shape == shape ? "; save it as 32-bit floats" : ""
      throw CheckpointError(
        description: "its tensor '\(name)' is \(found), not F32 \(shape)\(advice)")
    }
    return parameter.spec.deviceElements(try tensor.floats())
  }

  private static let firstMoment = "optimizer.exp_avg."
  private static let secondMoment = "optimizer.exp_avg_sq."
}
