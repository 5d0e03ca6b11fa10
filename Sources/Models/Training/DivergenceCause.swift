import GPUTensor

/// Where a training began to give numbers that are not finite.
package struct DivergenceCause: Sendable, Equatable, CustomStringConvertible {
  /// In plain words, such as `the output of layer out.3 of the discriminator`.
  package let description: String

  /// Looks for the cause of what `list` is about to do: in the parameters, then launch by launch.
  ///
  /// - Returns: nil where every number stays finite.
  /// - Throws: `OpenCLError`.
  package init?(in list: CommandList, of trainer: any Trainer) throws {
    let parameters = trainer.parameterSets.flatMap(\.parameters)
    if let bad = try parameters.first(where: { try !$0.value.floats().allSatisfy(\.isFinite) }) {
      let words = trainer.place(of: bad.name).map { "the \($0.rest) of \($0.layer)" }
      description = words ?? bad.name
    } else if let label = try list.runToFirstNonFinite() {
      let words = trainer.place(of: label).map { place in
        "the \(place.rest.hasPrefix("forward") ? "output" : "gradient") of \(place.layer)"
      }
      description = words ?? "the result of \(label)"
    } else {
      return nil
    }
  }
}

extension Trainer {
  /// The layer that a parameter or a launch belongs to, and what stands behind the layer's name.
  fileprivate func place(of name: String) -> (layer: String, rest: String)? {
    for (role, network) in networks {
      guard let layer = network.layerName(of: name) else { continue }
      return ("layer \(layer) of the \(role)", String(name.dropFirst(layer.count + 1)))
    }
    return nil
  }
}
