import Reference
import TestSupport
import Testing

@testable import GPUTensor

@Suite struct Conv2DTests {
  /// The shapes of the paper's networks that use minimal filtering.
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

  /// Maps with few channels, whose pixels are rows of a tile: groups of pixels that fill the lanes,
  /// taps that do not fill the groups, a row of taps of one channel.
  static let few = [
    ConvolutionCase(images: 3, 6, 16, 3, 32, window: Conv2DWindow(kernel: 4, stride: 2)),
    ConvolutionCase(images: 2, 10, 8, 3, 8, stride: 2),
    ConvolutionCase(images: 2, 5, 9, 1, 16, window: Conv2DWindow(kernel: 4, stride: 2)),
    ConvolutionCase(images: 17, 3, 2, 3, 2, stride: 1),
  ]

  /// Shapes that both methods take.
  static let both = [
    ConvolutionCase(images: 1, 1, 1, 1, 1, stride: 1),
    ConvolutionCase(images: 7, 1, 5, 3, 2, stride: 1),
    ConvolutionCase(images: 37, 3, 2, 9, 6, stride: 1),
    ConvolutionCase(images: 7, 7, 7, 8, 16, stride: 1),
    ConvolutionCase(images: 17, 4, 4, 32, 1, stride: 1),
    ConvolutionCase(images: 3, 14, 14, 32, 64, stride: 1),
    ConvolutionCase(images: 6, 5, 8, 4, 8, stride: 1),
    ConvolutionCase(images: 2, 6, 6, 3, 5, stride: 2),
    ConvolutionCase(images: 4, 8, 8, 8, 16, stride: 2),
    ConvolutionCase(images: 8, 14, 14, 16, 24, stride: 2),
    ConvolutionCase(images: 5, 9, 13, 16, 32, window: Conv2DWindow(kernel: 4, stride: 2)),
    ConvolutionCase(images: 19, 6, 5, 6, 4, window: Conv2DWindow(kernel: 4, stride: 2)),
  ]

  /// Odd, degenerate and real shapes; the ends with one channel; maps of one pixel, row or column,
  /// of which a stride leaves out taps; batches that end in the middle of a tile or of a chunk.
  @Test(arguments: [ConvolutionMethod.direct, .winograd])
  func everyShape(method: ConvolutionMethod) throws {
    let more = Self.direct + ConvolutionCase.otherTaps + Self.large
    let cases = Self.both + (method == .direct ? more : [])
    let context = try testContext(convolution: method)
    let direct = { (variants: [String]) in variants.first { $0.hasPrefix("direct") } }
    try OperationChecks.run(on: context, picking: method == .direct ? direct : { _ in nil }) {
      try $0.convolutions(cases, tolerance: method.tolerance)
    }
  }

  @Test func fewChannels() throws {
    let context = try testContext(convolution: .direct)
    try OperationChecks.run(on: context) { try $0.convolutions(Self.few) }
  }

  /// By default, minimal filtering is used for Radford's shapes and for maps that 4×4 tiles fill.
  @Test func fourTapsUseMinimalFiltering() throws {
    let context = try testContext()
    func filters(_ size: Int, channels: Int = 64) -> [Bool] {
      let shape = Conv2DShape(
        height: size, width: size, inputChannels: channels, outputChannels: 128,
        window: Conv2DWindow(kernel: 4, stride: 2))
      return [false, true].map {
        !RegisterConvolutions()
          .fourTapFilters(shape, transposed: $0, images: 64, on: CommandList(context)).isEmpty
      }
    }
    for size in [8, 14, 16, 32, 64] { #expect(filters(size) == [true, true], "\(size)") }
    for size in [2, 4, 10] { #expect(filters(size) == [false, false], "\(size)") }
    #expect(filters(16, channels: 3) == [false, false])
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
