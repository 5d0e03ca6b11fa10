import Reference
import TestSupport
import Testing

@testable import GPUTensor

/// Products and convolutions that work-groups share, with every tile and with split sums, against float64.
@Suite struct WorkGroupTests {
  /// What fits the device, and every tile, in turns whole and split: that changes only what follows a product.
  static let choices: [GroupSharing.Choice?] =
    [nil]
    + GroupTile.table.enumerated().map { index, tile in
      GroupSharing.Choice(tile: tile, parts: index % 2 == 0 ? 3 : 1)
    }

  /// Odd, degenerate and real shapes; tiles that end in the middle, parts that end in the middle of a slice.
  static let shapes: [(m: Int, n: Int, k: Int)] = [
    (1, 1, 1), (3, 5, 7), (13, 1, 128), (5, 16, 100), (130, 36, 48), (7, 98, 34), (33, 132, 200),
  ]

  @Test(arguments: choices)
  func products(choice: GroupSharing.Choice?) throws {
    let context = try testContext(family: .workgroup)
    let list = CommandList(context)
    list.groupChoice = choice
    var checks: [() throws -> Void] = []
    for (m, n, k) in Self.shapes {
      let (a, b) = (normals(m * k, seed: 1), normals(k * n, seed: 2))
      let (bias, y) = (normals(n, seed: 3), normals(m * n, seed: 4))
      func expect(_ tensor: Tensor, _ expected: [Double], _ what: String) {
        checks.append {
          let error = relativeError(try tensor.floats(), expected)
          #expect(error < 3e-6, "\(what) of \(m) × \(n), \(k) products: \(error)")
        }
      }
      let forward = Tensor(context, [m, n], label: "forward")
      list.gemmNN(
        "forward", try Tensor(context, [m, k], a), try Tensor(context, [k, n], b),
        epilogue: .output(bias: try Tensor(context, [n], bias), .leakyReLU, nil), into: forward)
      expect(
        forward,
        ReferenceActivation.leakyReLU.forward(
          ReferenceLinear.forward(
            a.doubles, weight: b.doubles, bias: bias.doubles, batch: m, inputs: k, outputs: n)),
        "forward")
      let gradient = Tensor(context, [m, n], label: "gradient")
      list.gemmNT(
        "gradient", try Tensor(context, [m, k], a), try Tensor(context, [n, k], b),
        epilogue: .gradient(.leakyReLU, dropped: nil, of: try Tensor(context, [m, n], y)),
        into: gradient)
      expect(
        gradient,
        ReferenceActivation.leakyReLU.backward(
          ReferenceLinear.backwardInput(
            a.doubles, weight: b.doubles, batch: m, inputs: n, outputs: k), output: y.doubles),
        "data gradient")
      let weight = Tensor(context, [m, n], label: "weight")
      let sums = Tensor(context, [n], label: "sums")
      list.gemmTN(
        "weight", try Tensor(context, [k, m], a), try Tensor(context, [k, n], b), into: weight,
        columnSums: sums)
      expect(
        weight,
        ReferenceLinear.backwardWeight(a.doubles, b.doubles, batch: k, inputs: m, outputs: n),
        "weight gradient")
      expect(sums, ReferenceLinear.backwardBias(b.doubles, outputs: n), "bias gradient")
    }
    try list.run()
    for check in checks { try check() }
  }

  /// Small maps and few channels, since a CPU goes through work-groups slowly.
  static let convolutions = [
    ConvolutionCase(images: 1, 1, 1, 1, 1, stride: 1),
    ConvolutionCase(images: 3, 5, 3, 5, 4, stride: 2),
    ConvolutionCase(images: 9, 3, 2, 9, 6, stride: 1),
    ConvolutionCase(images: 13, 14, 14, 1, 32, stride: 2),
    ConvolutionCase(images: 2, 7, 7, 8, 36, stride: 1),
    ConvolutionCase(images: 3, 8, 8, 12, 16, stride: 2),
  ]

  /// What fits the device, a tile that reads along k and along rows in several turns, and the narrow one; each shape
  /// is compiled for itself.
  @Test(arguments: [
    nil, GroupSharing.Choice(tile: GroupTile.table[3], parts: 3),
    GroupSharing.Choice(tile: GroupTile.table[5], parts: 1),
  ])
  func convolutions(choice: GroupSharing.Choice?) throws {
    let context = try testContext(family: .workgroup)
    let list = CommandList(context)
    list.groupChoice = choice
    var checks: [() throws -> Void] = []
    for test in Self.convolutions {
      let shape = test.shape
      func expect(_ tensor: Tensor, _ expected: [Double], _ what: String) {
        checks.append {
          let error = relativeError(try tensor.floats(), expected)
          #expect(error < 3e-6, "\(what) of \(test.testDescription): \(error)")
        }
      }
      let bias = normals(shape.outputChannels, seed: 4)
      let (x, w) = (try test.input(context, test.x), try test.weight(context))
      let dy = try test.output(context, test.dy)
      let y = Tensor(context, test.outputAxes, label: "y")
      list.conv2DForward(
        "forward", shape, x, w,
        epilogue: .output(bias: try Tensor(context, [bias.count], bias), .leakyReLU, nil), into: y)
      expect(
        y,
        ReferenceActivation.leakyReLU.forward(
          test.reference.forward(test.x.doubles, weight: test.w.doubles, bias: bias.doubles)),
        "forward")
      let dx = Tensor(context, test.inputAxes, label: "dx")
      list.conv2DBackwardInput(
        "backward_input", shape, dy, w, epilogue: .gradient(.leakyReLU, dropped: nil, of: x),
        into: dx)
      expect(
        dx,
        ReferenceActivation.leakyReLU.backward(
          test.reference.backwardInput(test.dy.doubles, weight: test.w.doubles),
          output: test.x.doubles),
        "data gradient")
      for biasAtInput in [false, true] {
        let channels = biasAtInput ? shape.inputChannels : shape.outputChannels
        let dw = Tensor(context, shape.weightAxes, label: "dw")
        let db = Tensor(context, [channels], label: "db")
        list.conv2DBackwardWeight(
          "backward_weight", shape, x: x, dy: dy, into: dw, bias: db, biasAtInput: biasAtInput)
        expect(
          dw, test.reference.backwardWeight(test.x.doubles, test.dy.doubles), "weight gradient")
        expect(
          db,
          biasAtInput
            ? ReferenceBias.backward(test.x.doubles, channels: channels)
            : test.reference.backwardBias(test.dy.doubles), "bias gradient")
      }
    }
    try list.run()
    for check in checks { try check() }
  }

  /// All numbers of a sum are taken, and once, whatever is chosen.
  @Test func partsCoverWhatIsSummed() throws {
    let device = try testContext().device
    for tile in GroupTile.table {
      for (k, parts) in [(1, 5), (100, 3), (784, 7), (1000, 64)] {
        let sharing = GroupSharing(
          m: 100, n: 100, k: k, lengths: [100], choice: .init(tile: tile, parts: parts), on: device)
        #expect(sharing.part % tile.depth == 0)
        #expect((sharing.parts - 1) * sharing.part < k && k <= sharing.parts * sharing.part)
        #expect(tile.itemColumns % sharing.lanes == 0 && 100 % sharing.lanes == 0)
      }
    }
  }
}
