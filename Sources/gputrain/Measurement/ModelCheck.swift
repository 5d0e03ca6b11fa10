import Foundation
import GenerativeModels

/// A model in a few numbers: the fields of `models list --json`, there in snake case.
struct ModelSummary: Encodable {
  let name: String
  let kind: String
  /// The shape of an image, (height, width, channels).
  let image: [Int]
  let latent: Int
  /// The number of classes that it is conditional on; 0 for none.
  let labels: Int
  let parameters: Int

  init(_ model: any GenerativeModel) {
    name = model.name
    kind = model.imageJudge == nil ? "vae" : "gan"
    image = model.imageShape.sizes
    (latent, labels) = (model.latent, model.labels)
    parameters = model.networks.reduce(0) { $0 + $1.value.parameterCount }
  }

  /// The columns of `row`.
  static let header = row("name", "kind", "image", "latent", "parameters")

  /// The numbers in columns.
  var row: String { Self.row(name, kind, image.product, "\(latent)", "\(parameters)") }

  private static func row(
    _ name: String, _ kind: String, _ image: String, _ latent: String, _ parameters: String
  ) -> String {
    name.padding(to: 16) + kind.padding(to: 6) + image.padding(to: 12)
      + latent.aligned(right: 6) + parameters.aligned(right: 14)
  }
}

/// The layers of a model and what its training needs: the fields of `models check --json`, there in
/// snake case.
struct ModelCheck: Encodable {
  let name: String
  let kind: String
  let image: [Int]
  let latent: Int
  let labels: Int
  let networks: [Part]
  let parameters: Int
  let batch: Int
  /// The floating-point operations of a step, and of a step for each image of its batch; nil
  /// without a device, and so are the bytes.
  let flopsPerStep: Int?
  let flopsPerImage: Int?
  /// The bytes of a training on the device, on this number of images.
  let totalBytes: Int?
  private let images: Int?

  private enum CodingKeys: CodingKey {
    case name, kind, image, latent, labels, networks, parameters, batch, flopsPerStep
    case flopsPerImage, totalBytes
  }

  /// A network.
  struct Part: Encodable {
    let role: String
    let input: [Int]
    /// The number of classes whose label joins an input; 0 for none.
    let labels: Int
    let layers: [Layer]
    let parameters: Int
  }

  /// A layer of a network.
  struct Layer: Encodable {
    /// The layer's word, such as `conv2d`.
    let layer: String
    /// The name of a layer with weights.
    let name: String?
    /// The numbers in the file that are not defaults, such as the kernel's size; nil for none.
    let settings: [String: Double]?
    /// The shape of an output.
    let output: [Int]
    let parameters: Int

    /// The settings in words, such as `kernel 4, stride 2`.
    var setting: String {
      Self.shown.compactMap { key in settings?[key].map { "\(key) \(Self.text($0))" } }
        .joined(separator: ", ")
    }

    /// The settings that a table shows, in this order: there is no room for more.
    private static let shown = ["kernel", "stride", "padding", "slope", "probability", "factor"]

    private static func text(_ number: Double) -> String { String(format: "%g", number) }

    init(_ row: LayerRow) {
      let numbers = row.layer?.fields.compactMapValues { value -> Double? in
        switch value {
        case .integer(let integer): Double(integer)
        case .number(let number): number
        case .flag, .text, .shape: nil
        }
      }.filter { $0.key != "to" }
      settings = numbers?.isEmpty == false ? numbers : nil
      layer = row.layer?.word ?? "layer"
      name = if case .text(let name)? = row.layer?.fields["name"] { name } else { nil }
      (output, parameters) = (row.output, row.parameters)
    }
  }

  /// Describes a model, with what `plan` says that its training needs.
  init(_ model: any GenerativeModel, needs: TrainingPlan?) {
    let summary = ModelSummary(model)
    (name, kind, image) = (summary.name, summary.kind, summary.image)
    (latent, labels) = (summary.latent, summary.labels)
    (parameters, batch) = (summary.parameters, model.batchSize)
    networks = model.networks.map { role, network in
      Part(
        role: role, input: network.input, labels: network.labels,
        layers: network.rows.map { Layer($0) }, parameters: network.parameterCount)
    }
    flopsPerStep = needs?.flopsPerStep
    flopsPerImage = needs.map { $0.flopsPerStep / $0.batch }
    totalBytes = needs?.totalBytes
    images = needs?.images
  }

  /// The check as a table.
  var table: String {
    return
      ([
        "\(name): \(kind), images of \(image.product), \(latent) latents"
          + (labels == 0 ? "" : ", conditional on \(labels) classes"), "",
        Self.row("layer", "settings", "output", "parameters"),
      ] + networks.flatMap(Self.rows) + totals).joined(separator: "\n")
  }

  private static func rows(of part: Part) -> [String] {
    let layers = zip(1..., part.layers).map { number, layer in
      let words = [layer.layer, layer.name].compactMap(\.self).joined(separator: " ")
      let place = "\(number)".aligned(right: 4)
      let count = layer.parameters == 0 ? "" : "\(layer.parameters)"
      return row("\(place)  \(words)", layer.setting, layer.output.product, count)
    }
    let label = part.labels == 0 ? "" : " and a label of \(part.labels) classes"
    return ["\(part.role), from \(part.input.product)\(label)"] + layers
      + [row("      all", "", "", "\(part.parameters)"), ""]
  }

  private var totals: [String] {
    func line(_ name: String, _ value: String) -> String {
      name.padding(to: 56) + value.aligned(right: 24)
    }
    func operations(_ count: Int) -> String {
      count < 1_000_000_000
        ? String(format: "%.3f MFLOP", Double(count) * 1e-6)
        : String(format: "%.3f GFLOP", Double(count) * 1e-9)
    }
    return [line("parameters", "\(parameters)")]
      + [
        totalBytes.map {
          line(
            "memory with \(images ?? 0) images, in batches of \(batch)",
            String(format: "%.1f MiB", Double($0) / 1_048_576))
        },
        flopsPerStep.map { line("operations of a training step", operations($0)) },
        flopsPerImage.map { line("operations of an image in training", operations($0)) },
      ].compactMap(\.self)
  }

  private static func row(
    _ layer: String, _ setting: String, _ output: String, _ parameters: String
  ) -> String {
    let start = (layer.padding(to: 28) + "  " + setting).padding(to: 59) + " " + output
    guard parameters.isEmpty else {
      return start.padding(to: 70) + parameters.aligned(right: 10)
    }
    return start
  }
}
