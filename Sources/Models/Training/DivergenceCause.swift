import GPUTensor

/// The place at which a training first computed a number that is not finite.
package struct DivergenceCause: Sendable, Equatable, CustomStringConvertible {
  /// The place in words, such as `the output of layer out.3 of the discriminator`.
  package let description: String

  /// Searches the parameters, then the results of `list`, which it runs launch by launch.
  ///
  /// - Returns: nil if all numbers are finite.
  /// - Throws: `OpenCLError`.
  package init?(in list: CommandList, of trainer: any Trainer) throws {
    let parameters = trainer.parameterSets.flatMap(\.parameters)
    if let bad = try parameters.first(where: { try !$0.value.floats().allSatisfy(\.isFinite) }) {
      let words = trainer.place(of: bad.name).map { "the \($0.rest) of \($0.layer)" }
      description = words ?? bad.name
    } else if let label = try list.runToFirstNonFinite() {
      let words = trainer.place(of: label).map { place in
        "the \(place.rest.hasPrefix("backward") ? "gradient" : "output") of \(place.layer)"
      }
      description = words ?? "the result of \(label)"
    } else {
      return nil
    }
  }
}

extension Trainer {
  /// Returns the layer of a parameter or a launch, and the rest of the name after the layer's.
  fileprivate func place(of name: String) -> (layer: String, rest: String)? {
    for (role, network) in networks {
      guard let layer = network.layerName(of: name) else { continue }
      return ("layer \(layer) of the \(role)", String(name.dropFirst(layer.count + 1)))
    }
    return nil
  }
}
