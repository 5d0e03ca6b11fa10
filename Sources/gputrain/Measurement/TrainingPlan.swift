import Foundation
import GPUTensor
import GenerativeModels

/// What a model's training needs, found before anything is allocated: the fields of `--json`, there
/// in snake case.
struct TrainingPlan: Encodable {
  let model: String
  let device: String
  let batch: Int
  /// The training images and, if the model validates, the validation images.
  let images: Int
  /// The parameters of each network, and of all together.
  let networks: [String: Int]
  let parameters: Int
  /// The floating-point operations of a step; a fused multiply-add counts as two.
  let flopsPerStep: Int
  let launchesPerStep: Int
  /// The launches of a step, in order.
  let launches: [PlannedLaunch]
  /// The bytes on the device by their purpose, and all together.
  let memory: [String: Int]
  let totalBytes: Int
  let largestBufferBytes: Int
  /// The device's memory, the largest buffer that it allows, and whether the training fits; nil for
  /// a device that is not here.
  let deviceBytes: Int?
  let deviceLargestBufferBytes: Int?
  let fits: Bool?
  /// Whether the images are streamed, since they do not fit beside the rest.
  let imagesStreamed: Bool

  /// Plans a training with these numbers of images, by default MNIST's.
  init(
    _ model: any GenerativeModel, _ options: TrainingOptions, train: Int = 60_000,
    validation: Int = 10_000, on context: Context
  ) throws {
    let recorded = try RecordedTraining(
      model, options, train: train, validation: validation, on: context)
    let trainer = recorded.trainer
    imagesStreamed = recorded.isStreamed
    let step = trainer.training.step
    self.model = model.name
    device = context.device.name
    batch = options.batchSize
    images = train + (trainer.validation == nil ? 0 : validation)
    networks = Dictionary(
      trainer.networks.map { ($0.key, $0.value.parameterCount) }, uniquingKeysWith: { $1 })
    parameters = trainer.parameterSets.reduce(0) { $0 + $1.count }
    flopsPerStep = step.flops
    launchesPerStep = step.launches.count
    launches = step.launches.map(PlannedLaunch.init)
    memory = Dictionary(
      context.memory.kinds.map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: { $1 })
    totalBytes = context.memory.current
    largestBufferBytes = context.memory.largest
    let (all, largest) = (context.device.memory, context.device.maximumAllocation)
    let isKnown = all < .max
    (deviceBytes, deviceLargestBufferBytes) = isKnown ? (all, largest) : (nil, nil)
    fits = isKnown ? totalBytes <= all && largestBufferBytes <= largest : nil
  }

  /// Checks that the training fits the device. The plan's own tensors are already released.
  ///
  /// - Throws: `DeviceMemoryError` if it does not fit.
  func check(_ device: Device) throws {
    try MemoryLedger.check(all: totalBytes, largest: largestBufferBytes, of: device)
  }

  /// The plan as a table.
  var table: String {
    func line(_ name: String, _ value: String) -> String {
      "  " + name.padding(to: 22) + value.aligned(right: 12)
    }
    func mebibytes(_ bytes: Int) -> String { String(format: "%.1f MiB", Double(bytes) / 1_048_576) }
    let kinds = MemoryKind.allCases.map { line($0.rawValue, mebibytes(memory[$0.rawValue] ?? 0)) }
    let sizes = networks.sorted { $0.key > $1.key }.map { line($0.key, "\($0.value)") }
    let streaming = imagesStreamed ? ", with the images streamed from the host's memory" : ""
    let verdict = fits.map {
      $0 ? "it fits\(streaming)" : "it does not fit: try a smaller --batch-size"
    }
    let limits = [
      deviceBytes.map { line("the device has", mebibytes($0)) },
      deviceLargestBufferBytes.map { line("the device allows", mebibytes($0)) },
    ].compactMap(\.self)
    return
      ([
        heading("\(model), batch \(batch), \(images) images", on: device), "", "parameters",
      ] + sizes + [
        line("all", "\(parameters)"), "", "a step",
        line("operations", String(format: "%.3f GFLOP", Double(flopsPerStep) * 1e-9)),
        line("launches", "\(launchesPerStep)"), "", "device memory",
      ] + kinds + [
        line("all", mebibytes(totalBytes)), line("largest buffer", mebibytes(largestBufferBytes)),
      ] + limits + (verdict.map { ["", $0] } ?? [])).joined(separator: "\n")
  }
}

/// A launch of a step, as `plan --json` lists it.
struct PlannedLaunch: Encodable {
  /// The operation and its place, such as `decoder.0.forward`.
  let label: String
  let phase: String
  /// The file in `kernels/`, and the function in it.
  let file: String
  let kernel: String
  /// The build options of the kernel's variant.
  let options: [String: String]
  /// Work-items in each dimension, and in a group; nil if the driver chooses the groups.
  let global: [Int]
  let local: [Int]?
  /// Floating-point operations; a fused multiply-add counts as two.
  let flops: Int
  /// Bytes of memory read and written, each once.
  let bytes: Int

  init(_ launch: Launch) {
    (label, phase) = (launch.label, launch.phase)
    (file, kernel) = (launch.variant.file, launch.variant.function)
    options = launch.variant.options
    (global, local) = (launch.global, launch.local)
    (flops, bytes) = (launch.flops, launch.bytes)
  }
}
