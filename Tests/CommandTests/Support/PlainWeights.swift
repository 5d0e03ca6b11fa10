import SafeTensors

/// Weights as PyTorch's classes of the models would save them: no metadata, no moments.
enum PlainWeights {
  /// The weights' shapes by the layers' names.
  private static let layers: [String: [(name: String, shape: [Int])]] = [
    "linear-gan": [
      ("generator.out.0", [128, 100]), ("generator.out.2", [256, 128]),
      ("generator.out.4", [512, 256]), ("generator.out.6", [784, 512]),
      ("discriminator.out.0", [512, 784]), ("discriminator.out.3", [256, 512]),
      ("discriminator.out.6", [128, 256]), ("discriminator.out.9", [1, 128]),
    ],
    "dcgan": [("generator.fc", [12_544, 100])] + transposed("generator.")
      + convolutions("discriminator.") + [("discriminator.fc", [1, 12_544])],
    "linear-vae": [
      ("encoder.0", [512, 784]), ("encoder.2", [128, 512]), ("encoder.4", [32, 128]),
      ("decoder.0", [128, 16]), ("decoder.2", [512, 128]), ("decoder.4", [784, 512]),
    ],
    "conv-vae": convolutions("") + [("fc", [32, 12_544]), ("fc1", [12_544, 16])] + transposed(""),
  ]

  private static func convolutions(_ prefix: String) -> [(name: String, shape: [Int])] {
    zip(0..., [(32, 1), (64, 32), (128, 64), (256, 128)]).map { index, channels in
      ("\(prefix)conv\(index)", [channels.0, channels.1, 3, 3])
    }
  }

  private static func transposed(_ prefix: String) -> [(name: String, shape: [Int])] {
    zip(1..., [(256, 128), (128, 64), (64, 32), (32, 1)]).map { index, channels in
      ("\(prefix)trans_conv\(index)", [channels.0, channels.1, 3, 3])
    }
  }

  /// Numbers for all weights and biases, always the same ones, in PyTorch's default range.
  static func tensors(of model: String) -> [SafeTensor] {
    (layers[model] ?? []).enumerated().flatMap { index, layer in
      let fanIn = layer.shape.dropFirst().reduce(1, *)
      let outputs = layer.shape[layer.name.contains("trans_") ? 1 : 0]
      return [("weight", layer.shape), ("bias", [outputs])].map { name, shape in
        let floats = numbers(shape.reduce(1, *), seed: UInt32(2 * index + shape.count % 2))
        let bound = 1 / Float(fanIn).squareRoot()
        return SafeTensor(
          name: "\(layer.name).\(name)", shape: shape, floats: floats.map { $0 * bound })
      }
    }
  }

  /// Numbers between −1 and 1.
  private static func numbers(_ count: Int, seed: UInt32) -> [Float] {
    (0..<UInt32(count)).map { index in
      var bits = index &* 0x9E37_79B9 ^ seed &* 0x85EB_CA6B
      bits = (bits ^ bits >> 16) &* 0x7FEB_352D
      bits = (bits ^ bits >> 15) &* 0x846C_A68B
      return Float(bits >> 8) / 0x80_0000 - 1
    }
  }
}
