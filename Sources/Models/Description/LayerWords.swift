import GPUTensor

extension LayerWord {
  /// The words of all layers. A layer that has none here cannot be in a model file.
  static let all = [
    LayerWord(
      "linear", Linear.self,
      [
        .name(\.name), .integer("to", widths, \.outputs),
        .flag("bias", \.hasBias, default: true),
      ]
    ) {
      let layer = Linear(try $0.text("name"), to: try $0.integer("to"))
      return try $0.flag("bias") ? layer : layer.withoutBias()
    },
    LayerWord(
      "conv2d", Conv2D.self,
      [
        .name(\.name), .integer("to", channels, \.channels),
        .integer("kernel", kernels, \.window.kernel, default: 3),
        .integer("stride", strides, \.window.stride, default: 1),
        .integer("padding", paddings, \.window.padding, default: 1),
        .flag("bias", \.hasBias, default: true),
      ]
    ) {
      let layer = Conv2D(
        try $0.text("name"), to: try $0.integer("to"), kernel: try $0.integer("kernel"),
        stride: try $0.integer("stride"), padding: try $0.integer("padding"))
      return try $0.flag("bias") ? layer : layer.withoutBias()
    },
    LayerWord(
      "conv_transpose2d", ConvTranspose2D.self,
      [
        .name(\.name), .integer("to", channels, \.channels),
        .integer("kernel", kernels, \.window.kernel, default: 3),
        .integer("stride", strides, \.window.stride, default: 1),
        .integer("padding", paddings, \.window.padding, default: 1),
        .integer("output_padding", outputPaddings, chosen: \.statedOutputPadding),
        .flag("bias", \.hasBias, default: true),
      ]
    ) {
      let layer = ConvTranspose2D(
        try $0.text("name"), to: try $0.integer("to"), kernel: try $0.integer("kernel"),
        stride: try $0.integer("stride"), padding: try $0.integer("padding"),
        outputPadding: $0.integerIfGiven("output_padding"))
      return try $0.flag("bias") ? layer : layer.withoutBias()
    },
    LayerWord("relu", ReLU.self) { _ in ReLU() },
    LayerWord(
      "leaky_relu", LeakyReLU.self, value: .number("slope", 0..<1, \.slope, default: 0.2)
    ) {
      LeakyReLU(try $0.number("slope"))
    },
    LayerWord("silu", SiLU.self) { _ in SiLU() },
    LayerWord("tanh", Tanh.self) { _ in Tanh() },
    LayerWord("sigmoid", Sigmoid.self) { _ in Sigmoid() },
    LayerWord("batch_norm", BatchNorm.self, value: .name(\.name)) {
      BatchNorm(try $0.text("name"))
    },
    LayerWord(
      "upsample", Upsample.self, value: .integer("factor", 2...8, \.factor, default: 2)
    ) {
      Upsample(try $0.integer("factor"))
    },
    LayerWord("dropout", Dropout.self, value: .number("probability", 0..<1, \.probability)) {
      Dropout(try $0.number("probability"))
    },
    LayerWord("dropout2d", Dropout2D.self, value: .number("probability", 0..<1, \.probability)) {
      Dropout2D(try $0.number("probability"))
    },
    LayerWord("reshape", Reshape.self, value: .shape("shape", \.shape)) {
      Reshape(to: try $0.shape("shape"))
    },
  ]

  private static let widths = 1...1 << 20
  private static let channels = 1...1 << 16
  private static let kernels = 1...7
  private static let strides = 1...4
  private static let paddings = 0...64
  private static let outputPaddings = 0...3
}

extension Reshape {
  /// Creates a reshape to the axes of `shape`.
  fileprivate init(to shape: Shape) { self.shape = shape }
}
