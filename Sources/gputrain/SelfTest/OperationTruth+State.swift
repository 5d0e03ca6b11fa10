import Foundation
import GPUTensor
import Reference

/// The training state, the optimizer and the meter.
extension OperationTruth {
  /// A step in the middle of an epoch, and one that begins the next.
  func advance(_ state: StepState, batches: Int, _ settings: AdamSettings) -> [Trial] {
    let made = tensors[state]
    return [1, batches].map { next in
      let (done, epoch) = (40, 2)
      let isNew = next == batches
      let batch = isNew ? 0 : next
      let words = [done + 1, epoch + (isNew ? 1 : 0), batch, batch + 1].map(Double.init)
      let corrections = [settings.beta1, settings.beta2].map { 1 - pow($0, Double(done + 1)) }
      func prepare() throws {
        try made.tensor.write([40, 2, UInt32(next - 1), UInt32(next), 0, 0] as [UInt32])
      }
      return Trial(
        prepare: prepare,
        outputs: [
          Trial.Output([4]) {
            try made.tensor.words().prefix(4).map { Float($0) }
          } truth: {
            words[$0]
          },
          Trial.Output([2]) {
            try made.tensor.floats().suffix(2)
          } truth: {
            corrections[$0]
          },
        ])
    }
  }

  /// A step of Adam: the parameters, the moments and the partial norms of each group.
  mutating func adam(
    _ settings: AdamSettings, _ state: StepState, _ arrays: AdamTensors, _ norms: Tensor
  ) throws -> Trial {
    let count = arrays.parameters.count
    let (g, m) = (try draw(arrays.gradients), try draw(arrays.firstMoments))
    let v = try draw(arrays.secondMoments) { abs($1) }
    // As large as an update, so that an update that is left out shows.
    let p = try draw(arrays.parameters) { $1 * Float(settings.learningRate) }
    let t = 3
    let corrections = [settings.beta1, settings.beta2].map { Float(1 - pow($0, Double(t))) }
    try tensors[state].tensor.write([UInt32(t), 0, 0, 1] + corrections.map(\.bitPattern))
    let reference = ReferenceAdam(
      learningRate: settings.learningRate, beta1: settings.beta1, beta2: settings.beta2,
      epsilon: settings.epsilon)
    func updated(_ places: Range<Int>) -> (parameters: [Double], first: [Double], second: [Double])
    {
      func part(_ numbers: [Float]) -> [Double] { numbers[places].map(Double.init) }
      var (values, first, second) = (part(p), part(m), part(v))
      reference.update(
        parameters: &values, gradients: part(g), firstMoments: &first, secondMoments: &second,
        step: t)
      return (values, first, second)
    }
    let part = arrays.elementsPerNorm(on: device)
    func places(_ group: Int) -> Range<Int> {
      min(group * part, count)..<min((group + 1) * part, count)
    }
    func squares(_ numbers: [Double]) -> Double { numbers.reduce(0) { $0 + $1 * $1 } }
    let (made, groups) = (tensors[norms], norms.columns)
    // Each row is compared alone, as gradients are much larger than parameters here.
    func partialNorms(_ row: Int, truth: @escaping (Int) -> Double) -> Trial.Output {
      Trial.Output([groups], products: part) {
        Array(try made.floats()[row * groups..<(row + 1) * groups])
      } truth: {
        truth($0)
      }
    }
    return Trial(outputs: [
      Trial.Output(tensors[arrays.parameters]) { updated($0..<$0 + 1).parameters[0] },
      Trial.Output(tensors[arrays.firstMoments]) { updated($0..<$0 + 1).first[0] },
      Trial.Output(tensors[arrays.secondMoments]) { updated($0..<$0 + 1).second[0] },
      partialNorms(0) { squares(g[places($0)].map(Double.init)) },
      partialNorms(1) { squares(updated(places($0)).parameters) },
    ])
  }

  /// The first batch of an epoch, which starts the sums; the next, which is added to them; and one
  /// that is not finite.
  mutating func accumulate(_ meter: Meter, rows: Int, _ state: StepState) throws -> [Trial] {
    let stride = meter.terms.columns
    let terms = try draw(meter.terms) { abs($1) }
    let batch = (0..<meter.terms.rows).map { term in
      let count = term < meter.names.count ? rows : stride
      return terms[term * stride..<term * stride + count].reduce(0) { $0 + Double($1) }
    }
    let (made, input, counter) = (tensors[meter.sums], tensors[meter.terms], tensors[state])
    // Sum, compensation, last batch, failed step.
    let rest: [Float] = [500, 0.25, 7, 0]
    func sums(_ before: Double) -> Trial.Output {
      Trial.Output([batch.count, 2], products: stride) {
        try made.meters().flatMap { [$0.sum, $0.last] }
      } truth: {
        $0 % 2 == 0 ? before + batch[$0 / 2] : batch[$0 / 2]
      }
    }
    func trial(batch number: Int, _ terms: [Float], failing: Bool, sum: Double) -> Trial {
      func prepare() throws {
        try counter.set(step: 9, epoch: 1, batch: number)
        try input.write(terms)
        try made.write(SelfTestNumbers.repeated(rest, to: made.count))
      }
      let failedSteps =
        Trial.Output([batch.count]) {
          try made.meters().map { Float($0.failedStep) }
        } truth: { _ in
          failing ? 9 : 0
        }
      return Trial(prepare: prepare, outputs: [failedSteps] + (failing ? [] : [sums(sum)]))
    }
    let broken = terms.indices.map { $0 % stride == 0 ? Float.nan : terms[$0] }
    return [
      trial(batch: 0, terms, failing: false, sum: 0),
      trial(batch: 1, terms, failing: false, sum: Double(rest[0]) - Double(rest[1])),
      trial(batch: 1, broken, failing: true, sum: 0),
    ]
  }
}

extension Tensor {
  /// The sums of a meter: that of the epoch, corrected for rounding, and that of the last batch;
  /// and the first step that was not finite.
  fileprivate func meters() throws -> [(sum: Float, last: Float, failedStep: UInt32)] {
    let floats = try floats()
    return stride(from: 0, to: count, by: 4).map {
      (
        sum: floats[$0] - floats[$0 + 1], last: floats[$0 + 2],
        failedStep: floats[$0 + 3].bitPattern
      )
    }
  }
}
