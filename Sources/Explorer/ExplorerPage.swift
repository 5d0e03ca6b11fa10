import Foundation
import GenerativeModels
import Images
import KnownDatasets
import Reports

/// A self-contained page on which a person moves through the latent space of a model and sees the
/// images, which the page itself computes.
///
/// The page holds the network's weights, and the scripts in the folder `Page` run the network. A
/// content security policy allows only these scripts, and no requests.
package struct ExplorerPage {
  /// What the scripts read as `model`.
  private struct Model: Encodable {
    struct Direction: Encodable {
      let name: String
      let share: Double
      let vector: PackedNumbers.Part
    }

    struct Image: Encodable {
      let height: Int
      let width: Int
      let channels: Int
      let low: Float
      let high: Float
    }

    let latent: Int
    let classes: [String]
    let image: Image
    let directions: [Direction]
    let stages: [PageNetwork.Stage]
  }

  /// The page as HTML.
  package let html: String

  /// Makes a page.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - classes: The names of the classes that it is conditional on, in the order of their labels.
  ///   - weights: The weights of its decoder.
  ///   - directions: The directions of its latent space.
  ///   - subject: Which weights these are, such as `after epoch 20`.
  /// - Throws: `ExplorerError` if the page cannot run a layer.
  package init(
    of model: any GenerativeModel, classes: [String], weights: PageWeights,
    directions: LatentDirections, subject: String
  ) throws {
    var numbers = PackedNumbers()
    let network = try PageNetwork(
      model.decoder, weights.values, isHalf: weights.isHalf, into: &numbers)
    let (shape, range) = (model.imageShape, model.imageRange)
    let described = Model(
      latent: model.latent, classes: classes,
      image: Model.Image(
        height: shape.height, width: shape.width, channels: shape.channels,
        low: range.lowerBound, high: range.upperBound),
      directions: directions.directions.map {
        Model.Direction(name: $0.name, share: $0.share, vector: numbers.add($0.vector))
      },
      stages: network.stages)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    // A name of a class cannot end the element that holds it.
    let json = String(decoding: try encoder.encode(described), as: UTF8.self)
      .replacing("<", with: "\\u003c")
    let script = Self.scripts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")
    let style = String(decoding: PackageResources.explore_css, as: UTF8.self)
    html = HTMLPage.document(
      title: "The latent space of \(model.name)\(subject.isEmpty ? "" : ", ")\(subject)",
      head: Self.policy(script: script, style: HTMLPage.styleText(style)), style: style,
      body: """
        \(String(decoding: PackageResources.body_html, as: UTF8.self))
        <script type="application/json" id="model">\(json)</script>
        <script type="text/plain" id="numbers">\(numbers.bytes.base64EncodedString())</script>
        <script>\(script)</script>
        """)
  }

  /// The scripts, in the order in which they use each other.
  private static let scripts = [
    PackageResources.products_js, PackageResources.network_js, PackageResources.place_js,
    PackageResources.elements_js, PackageResources.painter_js, PackageResources.controls_js,
    PackageResources.map_js,
    PackageResources.explore_js,
  ]

  /// The element that forbids all but this script and this style.
  private static func policy(script: String, style: String) -> String {
    func source(_ text: String) -> String {
      "'sha256-\(Digest.sha256.base64(of: [Array(text.utf8)]))'"
    }
    return """
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
      script-src \(source(script)); style-src \(source(style)); base-uri 'none'; \
      form-action 'none'">
      """
  }
}
