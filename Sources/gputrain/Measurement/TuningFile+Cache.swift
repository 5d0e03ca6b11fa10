import Datasets
import Files
import GPUTensor
import GenerativeModels
import KnownDatasets

extension KernelSources {
  /// The digest of all kernel files, in the order of their names.
  ///
  /// - Throws: `KernelSourceError`.
  func sha256() throws -> String {
    Digest.sha256.hex(of: try Self.names.map { Array(try text(of: $0).utf8) })
  }
}

extension TuningFile {
  /// Makes the file of a model's training on `context`, without variants.
  ///
  /// - Throws: `KernelSourceError`.
  init(_ model: any GenerativeModel, on context: Context) throws {
    let device = context.device
    self.init(
      model: model.name, device: device.name, platform: device.platform,
      driver: device.driverVersion, kernels: context.family.rawValue,
      precision: context.precision.rawValue, convolution: context.convolution.rawValue,
      kernelsSha256: try context.kernelSources.sha256(), variants: [:])
  }

  /// The path of the file. Each model, device, driver and set of kernels has a file of its own.
  ///
  /// - Throws: `EncodingError`.
  func path() throws -> String {
    let identity = Digest.sha256.hex(of: [Array(try with([:]).jsonText().utf8)])
    return "\(cacheFolder())/tuning/\(model)-\(identity.prefix(16)).json"
  }

  /// This file with the variants that are stored under its path. A damaged file is ignored, and a
  /// note says so.
  ///
  /// - Throws: `EncodingError`.
  func loaded() throws -> TuningFile {
    let path = try path()
    guard isRegularFile(path) else { return self }
    guard let bytes = try? readFile(path: path, maximumBytes: Self.maximumBytes),
      let file = try? TuningFile(parsing: bytes), file.with([:]) == with([:])
    else {
      StandardError.note("\(path) is damaged, so nothing is tuned; tune again")
      return self
    }
    StandardError.print("tuning: \(path), \(file.variants.count) operations")
    return file
  }

  /// Writes the file to its path.
  ///
  /// - Throws: `FileError`.
  func write() throws {
    try createFolder("\(cacheFolder())/tuning")
    try AtomicFile.write(try jsonText(pretty: true) + "\n", to: try path())
  }
}
