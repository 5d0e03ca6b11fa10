import GPUTensor
import Models
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

  /// The truth of `rows` examples; nil for a layer that it does not know.
  init?(_ stage: Stage, rows: Int) {
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
    default: return nil
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

/// The passes of a network's layers, each as it runs in training.
struct LayerCases {
  let context: Context
  let network: TrainedNetwork
  /// Behind which dropout draws its numbers.
  let state: StepState
  var numbers: SelfTestNumbers

  /// The cases of stage `index`; none for a layer without truth.
  ///
  /// - Throws: `OpenCLError`; `ShapeError`.
  mutating func make(_ index: Int) throws -> [SelfTestCase] {
    let (stages, rows) = (network.network.stages, network.rows)
    let stage = stages[index]
    guard let truth = StageTruth(stage, rows: network.gradientRows) else { return [] }
    let label = network.network.label(stage)
    func tensor(_ shape: Shape, _ elements: [Float]) throws -> Tensor {
      try Tensor(context, shape, holding: elements, label: label)
    }
    let (inputLength, outputLength) = (stage.input.reduce(1, *), stage.output.reduce(1, *))
    let before = index > 0 ? stages[index - 1] : nil
    let isLogits = index == stages.count - 1 && network.endsInLogits
    let (activation, activationBefore) = (
      isLogits ? .identity : stage.activation,
      before?.activation ?? network.inputGradient?.through ?? .identity
    )
    let x = outputs(of: activationBefore, dropped: before?.dropout, rows * inputLength)
    let dy = numbers(network.gradientRows * outputLength)
    let weight = numbers(stage.parameters[0].axes.reduce(1, *))
    let bias = numbers(stage.parameters[1].axes.reduce(1, *))
    let parameters = [
      try tensor(stage.parameters[0].axes, weight), try tensor(stage.parameters[1].axes, bias),
    ]
    let input = try tensor([rows] + stage.input, x)
    let gradient = try tensor([network.gradientRows] + stage.output, dy)

    let y = Tensor(context, [rows] + stage.output, label: label)
    let forward = CommandList(context)
    try stage.layer.forward(
      label + ".forward", input, parameters: parameters, activation: activation,
      dropout: dropout(stage), into: y, on: forward)
    let function = function(activation)
    let mask = mask(of: stage)

    let gradients = stage.parameters.map { Tensor(context, $0.axes, label: label) }
    let backwardWeight = CommandList(context)
    try stage.layer.backwardWeight(
      label + ".backward_weight", input.prefix(network.gradientRows), dy: gradient,
      gradients: gradients, on: backwardWeight)

    var cases = [
      SelfTestCase(
        label: label + ".forward", list: forward,
        outputs: [
          .init(tensor: y, products: truth.products.forward) {
            function.value(truth.forward($0, x, weight) + Double(bias[$0 % bias.count])) * mask($0)
          }
        ]),
      SelfTestCase(
        label: label + ".backward_weight", list: backwardWeight,
        outputs: [
          .init(tensor: gradients[0], products: truth.products.backwardWeight) {
            truth.backwardWeight($0, x, dy)
          },
          .init(tensor: gradients[1], products: dy.count / bias.count) { channel in
            stride(from: channel, to: dy.count, by: bias.count).reduce(0) { $0 + Double(dy[$1]) }
          },
        ]),
    ]
    if let rows = before == nil ? network.inputGradient?.rows : network.gradientRows {
      let dx = Tensor(context, [rows] + stage.input, label: label)
      let backwardInput = CommandList(context)
      try stage.layer.backwardInput(
        label + ".backward_input", dy: gradient.prefix(rows), parameters: parameters,
        activation: activationBefore, dropped: before?.dropout, of: input.prefix(rows), into: dx,
        on: backwardInput)
      let derivative = self.function(activationBefore)
      let scale = before?.dropout.map { 1 / (1 - $0) } ?? 1
      cases.append(
        SelfTestCase(
          label: label + ".backward_input", list: backwardInput,
          outputs: [
            .init(tensor: dx, products: truth.products.backwardInput) {
              let dropped = before?.dropout != nil && x[$0] == 0
              return dropped
                ? 0
                : truth.backwardInput($0, dy, weight) * scale
                  * derivative.derivative(output: Double(x[$0]) / scale)
            }
          ]))
    }
    return cases
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

  private func dropout(_ stage: Stage) -> DropoutMask? {
    stage.dropout.map { DropoutMask(probability: $0, source: Self.source, state: state) }
  }

  /// The mask's factor for an element of y.
  private func mask(of stage: Stage) -> (Int) -> Double {
    guard let probability = stage.dropout else { return { _ in 1 } }
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
