import GPUTensor
import GenerativeModels
import Reference

/// A stage of a network as float64 computes it, element by element.
private struct StageTruth {
  /// Of y, before bias and activation, from x and w.
  let forward: (Int, [Float], [Float]) -> Double
  /// Of the gradient in x, before the activation's derivative, from dy and w.
  let backwardInput: (Int, [Float], [Float]) -> Double
  /// Of w's gradient, from x and dy.
  let backwardWeight: (Int, [Float], [Float]) -> Double
  /// How many products each of the three adds up.
  let products: (forward: Int, backwardInput: Int, backwardWeight: Int)

  /// The truth of `rows` examples.
  ///
  /// - Throws: `SelfTestFailure` for a layer that it does not know.
  init(_ stage: Stage, rows: Int) throws {
    let (input, output) = (stage.input, stage.output)
    switch stage.layer {
    case is Linear:
      let (inputs, outputs) = (input.reduce(1, *), output.reduce(1, *))
      forward = { ReferenceGemm.nn(at: $0, $1, $2, n: outputs, k: inputs) }
      backwardInput = { ReferenceGemm.nt(at: $0, $1, $2, n: inputs, k: outputs) }
      backwardWeight = { ReferenceGemm.tn(at: $0, $1, $2, m: inputs, n: outputs, k: rows) }
      products = (inputs, outputs, rows)
    case let layer as Conv2D:
      let convolution = Self.convolution(rows, from: input, to: output, stride: layer.stride)
      forward = { convolution.forward(at: $0, $1, weight: $2) }
      backwardInput = { convolution.backwardInput(at: $0, $1, weight: $2) }
      backwardWeight = { convolution.backwardWeight(at: $0, $1, $2) }
      products = (9 * input[2], 9 * output[2], rows * output[0] * output[1])
    case let layer as ConvTranspose2D:
      // The data gradient of the convolution from its output to its input.
      let convolution = Self.convolution(rows, from: output, to: input, stride: layer.stride)
      forward = { convolution.backwardInput(at: $0, $1, weight: $2) }
      backwardInput = { convolution.forward(at: $0, $1, weight: $2) }
      backwardWeight = { convolution.backwardWeight(at: $0, $2, $1) }
      products = (9 * input[2], 9 * output[2], rows * input[0] * input[1])
    case let layer:
      throw SelfTestFailure(
        description: """
          the self-test has no truth for the layer \(layer.name), whose kind is \(type(of: layer))
          """)
    }
  }

  private static func convolution(
    _ rows: Int, from input: Shape, to output: Shape, stride: Int
  ) -> ReferenceConv2D {
    ReferenceConv2D(
      batch: rows, height: input[0], width: input[1], inputChannels: input[2],
      outputChannels: output[2], stride: stride)
  }
}

/// The operations of a network's layers, each as it runs in training.
struct LayerCases {
  let context: Context
  let pass: TrainedPass
  /// Behind which dropout draws its numbers.
  let state: StepState
  var numbers: SelfTestNumbers

  /// The cases of stage `index`.
  ///
  /// - Parameter isWanted: asked of each operation; nothing is computed for the others.
  /// - Throws: `OpenCLError`; `ShapeError`; `SelfTestFailure` for a layer without truth.
  mutating func make(
    _ index: Int, where isWanted: (CommandList) -> Bool
  ) throws -> [SelfTestCase] {
    let (stages, rows, gradientRows) = (pass.network.stages, pass.rows, pass.gradientRows)
    let stage = stages[index]
    let truth = try StageTruth(stage, rows: max(1, gradientRows))
    let label = pass.network.label(stage)
    func room(_ shape: Shape) -> Tensor { Tensor(context, shape, label: label) }
    let before = index > 0 ? stages[index - 1] : nil
    let isLogits = index == stages.count - 1 && pass.endsInLogits
    let (activation, activationBefore) = (
      isLogits ? .identity : stage.activation,
      before?.activation ?? pass.inputFunction ?? .identity
    )
    let (dropped, droppedBefore) = (
      pass.drops ? stage.dropout : nil, pass.drops ? before?.dropout : nil
    )
    // No memory is taken before something is written.
    let (input, y) = (room([rows] + stage.input), room([rows] + stage.output))
    let (gradient, dx) = (
      room([gradientRows] + stage.output), room([gradientRows] + stage.input)
    )
    let parameters = stage.parameters.map { room($0.axes) }
    let gradients = stage.parameters.map { room($0.axes) }

    let forward = CommandList(context)
    try stage.layer.forward(
      label + ".forward", input, weight: parameters[0],
      epilogue: .output(bias: parameters[1], activation, dropout(dropped)), into: y, on: forward)
    let (backwardWeight, backwardInput) = (CommandList(context), CommandList(context))
    if gradientRows > 0, pass.updates {
      try stage.layer.backwardWeight(
        label + ".backward_weight", input.prefix(gradientRows), dy: gradient,
        gradients: gradients, on: backwardWeight)
    }
    if gradientRows > 0, before != nil || pass.inputFunction != nil {
      try stage.layer.backwardInput(
        label + ".backward_input", dy: gradient, weight: parameters[0],
        epilogue: .gradient(
          activationBefore, dropped: droppedBefore, of: input.prefix(gradientRows)),
        into: dx, on: backwardInput)
    }
    let wanted = [forward, backwardWeight, backwardInput].filter {
      !$0.launches.isEmpty && isWanted($0)
    }
    guard !wanted.isEmpty else { return [] }

    let x = outputs(of: activationBefore, dropped: droppedBefore, input.count)
    let dy = numbers(gradient.count)
    let (weight, bias) = (numbers(parameters[0].count), numbers(parameters[1].count))
    for (tensor, elements) in zip([input, gradient] + parameters, [x, dy, weight, bias])
    where !elements.isEmpty { try tensor.write(elements) }
    let (function, mask) = (function(activation), mask(of: stage, dropping: dropped))
    let derivative = self.function(activationBefore)
    let scale = droppedBefore.map { 1 / (1 - $0) } ?? 1
    func sumsNorm(_ x: [Float], _ w: [Float], _ products: Int) -> Double {
      let rootMeanSquares = [x, w].map { euclideanNorm($0) / Double($0.count).squareRoot() }
      return (Double(y.count) * Double(products)).squareRoot() * rootMeanSquares[0]
        * rootMeanSquares[1]
    }
    func operation(
      _ name: String, _ list: CommandList, _ outputs: SelfTestCase.Output...
    ) -> SelfTestCase {
      SelfTestCase(
        label: label + name + pass.suffix, list: list, outputs: outputs, isRepeat: pass.isRepeat)
    }
    let cases = [
      operation(
        ".forward", forward,
        .init(
          tensor: y, products: truth.products.forward,
          usualNorm: activation == .identity ? sumsNorm(x, weight, truth.products.forward) : 0
        ) {
          function.value(truth.forward($0, x, weight) + Double(bias[$0 % bias.count])) * mask($0)
        }),
      operation(
        ".backward_weight", backwardWeight,
        .init(tensor: gradients[0], products: truth.products.backwardWeight) {
          truth.backwardWeight($0, x, dy)
        },
        .init(
          tensor: gradients[1], products: dy.count / bias.count, usualNorm: euclideanNorm(dy)
        ) { channel in
          stride(from: channel, to: dy.count, by: bias.count).reduce(0) { $0 + Double(dy[$1]) }
        }),
      operation(
        ".backward_input", backwardInput,
        .init(tensor: dx, products: truth.products.backwardInput) {
          droppedBefore != nil && x[$0] == 0
            ? 0
            : truth.backwardInput($0, dy, weight) * scale
              * derivative.derivative(output: Double(x[$0]) / scale)
        }),
    ]
    return cases.filter { candidate in wanted.contains { $0 === candidate.list } }
  }

  /// What a stage may have left that ends with `activation`, and with dropout of this probability: some is dropped.
  private mutating func outputs(
    of activation: Activation, dropped: Double?, _ count: Int
  ) -> [Float] {
    let function = function(activation)
    let scale = dropped.map { 1 / (1 - $0) } ?? 1
    return numbers(count) { place, number in
      dropped != nil && place % 3 == 0 ? 0 : Float(function.value(Double(number)) * scale)
    }
  }

  private func function(_ activation: Activation) -> ReferenceActivation {
    switch activation {
    case .identity: .identity
    case .relu: .relu
    case .leakyReLU: .leakyReLU
    case .tanh: .tanh
    case .sigmoid: .sigmoid
    }
  }

  private static let source = RandomSource(seed: 11, stream: 1)

  private func dropout(_ probability: Double?) -> DropoutMask? {
    probability.map { DropoutMask(probability: $0, source: Self.source, state: state) }
  }

  /// The mask's factor for an element of y.
  private func mask(of stage: Stage, dropping probability: Double?) -> (Int) -> Double {
    guard let probability else { return { _ in 1 } }
    let threshold = ReferenceDropout.threshold(probability)
    let channels = stage.output.last ?? 1
    let length = stage.output.reduce(1, *)
    return { element in
      let place = element / length * channels + element % channels
      let bits = ReferencePhilox.bits(
        seed: Self.source.seed, stream: Self.source.stream, step: 1, element: place)
      return bits >= threshold ? 1 / (1 - probability) : 0
    }
  }
}
