import Evaluation
import Foundation
import GenerativeModels
import Images
import Reports
import SafeTensors

/// Draws what a model's latents mean.
struct LatentPictures {
  let space: LatentSpace
  /// The latents around which the pictures go, each (latent).
  let centres: [[Float]]
  /// The seed of each centre; none if the only centre is the mean.
  let seeds: [UInt64]
  /// How much each latent matters, (latent).
  let measures: [Double]
  /// What the measures are.
  let measure: Measure
  /// The class of the images; nil for a model without labels.
  let className: String?

  /// A measure of how much a latent matters.
  enum Measure: String {
    /// The divergence from the standard normal distribution in nats, for a VAE.
    case divergence
    /// The change of the pixels, for a GAN.
    case change
  }

  /// A sheet of images, with the numbers that it shows.
  struct Drawing {
    let tensors: [SafeTensor]
    let sheet: () throws -> Picture

    /// Writes the sheet as a PNG file, and prints its path; nil for no file.
    func write(to path: String?) throws {
      guard let path else { return }
      try sheet().writePNG(to: path)
      try StandardOutput.print(path)
    }
  }

  private var model: any GenerativeModel { space.model }

  /// The measures as a tensor, (latent).
  var measureTensor: SafeTensor {
    SafeTensor(name: measure.rawValue, examples: measures.map(Float.init))
  }

  /// Draws traversals of the first latents in order, a panel for each centre.
  func traversals(rows: Int, steps: Int) throws -> Drawing {
    let latents = Array(LatentPaths.order(by: measures).prefix(rows))
    let z = centres.flatMap { LatentPaths.traversals(of: latents, around: $0, steps: steps) }
    let images = try space.images(of: z)
    let labels = space.label.map { [UInt8](repeating: $0, count: z.count / model.latent) }
    return Drawing(tensors: tensors(z, images, "z", "images") + SafeTensor.labels(labels)) {
      let pictures = try model.pictures(images)
      let count = latents.count * steps
      let panels = centres.indices.map { index in
        let part = pictures[index * count..<(index + 1) * count]
        return ImageSheet.Panel(
          Array(part), columns: steps, caption: caption(index),
          rowNames: index > 0
            ? [] : latents.map { "z\($0) " + String(format: "%.2f", measures[$0]) })
      }
      return ImageSheet().render(panels)
    }
  }

  /// Draws the manifold of a plane.
  func manifold(of plane: LatentPlane, side: Int) throws -> Drawing {
    let z = plane.manifold(side: side)
    let images = try space.images(of: z)
    return Drawing(tensors: tensors(z, images, "manifold_z", "manifold")) {
      let caption = ["\(model.name): manifold"] + ofClass
      let panel = ImageSheet.Panel(
        try model.pictures(images), columns: side, caption: caption.joined(separator: ", "))
      return ImageSheet(margin: 2).render([panel])
    }
  }

  private func tensors(
    _ z: [Float], _ images: [Float], _ latentsName: String, _ imagesName: String
  ) -> [SafeTensor] {
    [
      SafeTensor(name: latentsName, examples: z, of: model.latent),
      SafeTensor(name: imagesName, images, of: model.imageShape),
    ]
  }

  /// The caption of a panel of traversals. Only the first names the model.
  private func caption(_ index: Int) -> String {
    let reach = Int(LatentPaths.reach)
    let place = index < seeds.count ? "seed \(seeds[index])" : "-\(reach) to \(reach)"
    return (index == 0 ? "\(model.name): " : "") + ([place] + ofClass).joined(separator: ", ")
  }

  private var ofClass: [String] { className.map { ["class \($0)"] } ?? [] }
}
