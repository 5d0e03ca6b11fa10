import Reference
import TestSupport
import Testing

@testable import GPUTensor

@Suite struct Conv2DTests {
  /// The shapes of the paper's networks for which minimal filtering is meant.
  @Test(arguments: [(32, 64, 1), (64, 128, 1), (128, 256, 2)])
  func thePapersShapesUseMinimalFiltering(ci: Int, co: Int, stride: Int) throws {
    let shape = Conv2DShape(
      height: 14, width: 14, inputChannels: ci, outputChannels: co,
      window: Conv2DWindow(stride: stride))
    let context = try testContext()
    for transposed in [false, true] {
      let planner = RegisterConvolutions()
      let direct = CommandList(context, convolution: .direct)
      #expect(!planner.minimalFilters(shape, transposed, on: CommandList(context)).isEmpty)
      #expect(planner.minimalFilters(shape, transposed, on: direct).isEmpty)
    }
  }

  /// Shapes that are only summed directly: maps of one channel, odd maps at stride 2.
  static let direct = [
    ConvolutionCase(images: 8, 1, 1, 3, 2, stride: 2),
    ConvolutionCase(images: 2, 2, 2, 2, 5, stride: 2),
    ConvolutionCase(images: 4, 5, 1, 5, 3, stride: 2),
    ConvolutionCase(images: 3, 5, 3, 5, 4, stride: 2),
    ConvolutionCase(images: 13, 14, 14, 1, 32, stride: 2),
    ConvolutionCase(images: 19, 12, 12, 1, 32, stride: 2),
    ConvolutionCase(images: 17, 4, 8, 1, 16, stride: 1),
    ConvolutionCase(images: 17, 8, 8, 1, 16, window: Conv2DWindow(kernel: 4, stride: 2)),
    ConvolutionCase(images: 5, 8, 4, 1, 8, window: Conv2DWindow(kernel: 2, stride: 3, padding: 4)),
  ]

  /// Maps whose sums, or whose gradients of many channels, leave private memory for small tiles
  /// only.
  static let large = [
    ConvolutionCase(images: 2, 128, 96, 3, 16, stride: 1),
    ConvolutionCase(images: 1, 64, 64, 1, 512, stride: 1),
  ]

  /// Shapes that both methods take.
  static let both = [
    ConvolutionCase(images: 1, 1, 1, 1, 1, stride: 1),
    ConvolutionCase(images: 7, 1, 5, 3, 2, stride: 1),
    ConvolutionCase(images: 37, 3, 2, 9, 6, stride: 1),
    ConvolutionCase(images: 7, 7, 7, 8, 16, stride: 1),
    ConvolutionCase(images: 17, 4, 4, 32, 1, stride: 1),
    ConvolutionCase(images: 3, 14, 14, 32, 64, stride: 1),
    ConvolutionCase(images: 2, 6, 6, 3, 5, stride: 2),
    ConvolutionCase(images: 4, 8, 8, 8, 16, stride: 2),
    ConvolutionCase(images: 8, 14, 14, 16, 24, stride: 2),
  ]

  /// Odd, degenerate and real shapes; the ends with one channel; maps of one pixel, row or column,
  /// of which a stride leaves out taps; batches that end in the middle of a tile or of a chunk.
  @Test(arguments: [ConvolutionMethod.direct, .winograd])
  func everyShape(method: ConvolutionMethod) throws {
    let more = Self.direct + ConvolutionCase.otherTaps + Self.large
    let cases = Self.both + (method == .direct ? more : [])
    try OperationChecks.run(on: try testContext(convolution: method)) {
      try $0.convolutions(cases, tolerance: method.tolerance)
    }
  }

  /// A data gradient with one channel uses vectors over images, with the same bits as the direct
  /// one.
  @Test(arguments: [(28, 28, 2), (4, 8, 1), (6, 4, 2)])
  func aSingleChannelUsesVectorsOfImages(height: Int, width: Int, stride: Int) throws {
    let test = ConvolutionCase(images: 19, height, width, 1, 16, stride: stride)
    let (context, shape) = (try testContext(), test.shape)
    let (dy, w) = (try test.output(context, test.dy), try test.weight(context))
    let epilogues: [Epilogue] = [
      .output(bias: try Tensor(context, [1], [0.5]), .tanh, nil),
      .gradient(.leakyReLU, dropped: nil, of: try test.input(context, test.x)),
    ]
    for epilogue in epilogues {
      func result(_ tuning: Tuning) throws -> (bits: [UInt32], variants: [String: [String]]) {
        let dx = Tensor(context, test.inputAxes, label: "dx")
        context.tuning = tuning
        let list = CommandList(context)
        list.conv2DBackwardInput("dx", shape, dy, w, epilogue: epilogue, into: dx)
        try list.run()
        return (try dx.floats().map(\.bitPattern), list.variants)
      }
      let standard = try result([:])
      let (operation, variants) = try #require(standard.variants.first)
      #expect(variants[0].hasPrefix("by images") && variants[1].hasPrefix("direct"))
      #expect(try result([operation: variants[1]]).bits == standard.bits)
    }
  }
}
