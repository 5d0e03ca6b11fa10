import Reference
import TestSupport
import Testing

@testable import GPUTensor

@Suite struct BatchTests {
  private static let adam = AdamSettings(learningRate: 1)

  /// The images lie in parts of `most` images; the last part may be short.
  @Test(arguments: [(10, 4, 3), (7, 7, 7), (257, 32, 100), (1, 1, 1)])
  func anEpochMatchesTheReferencesPermutation(count: Int, batch: Int, most: Int) throws {
    let context = try testContext()
    let bytes = (0..<count * 6).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 / 6) }
    let images = try stride(from: 0, to: count, by: most).map { first in
      let part = Tensor(context, [min(most, count - first), 6], .uint8, label: "images")
      try part.write(Array(bytes[first * 6..<(first + part.rows) * 6]))
      return part
    }
    let x = Tensor(context, [batch, 6], label: "x")
    let labels = Tensor(context, [count], .uint8, label: "labels")
    try labels.write((0..<count).map { UInt8(truncatingIfNeeded: $0) })
    let (shown, shift) = (Tensor(context, [batch], .uint8, label: "shown"), 2)
    let moved = Tensor(context, [batch, 2, 3, 1], label: "moved")
    let state = StepState(context)
    let list = CommandList(context)
    let batches = (count + batch - 1) / batch
    list.advance("step", state, batches: batches, adam: Self.adam)
    let source = RandomSource(seed: 9, stream: 1)
    let order = BatchOrder(batchSize: batch, shuffle: source, state: state)
    list.gatherBatch("batch", order, of: images, range: -1...1, into: x)
    list.gatherLabels("labels", order, of: labels, into: shown)
    list.gatherShifted(
      "moved", order, of: images, by: Shifts(stream: 5, upTo: shift), range: 0...1, into: moved)
    for epoch in 0..<3 {
      let order = ReferencePermutation(count: count, seed: 9, stream: 1, epoch: UInt32(epoch))
      // A short last batch is a separate list; this one has only full batches.
      for step in 0..<batches {
        let rows = Array(step * batch..<min(step * batch + batch, count))
        guard rows.count == batch else {
          try advance(state, batches: batches, on: context)
          continue
        }
        try list.run()
        let expected = ReferenceGather.forward(
          bytes, size: 6, rows: rows.map { order($0) }, low: -1, high: 1)
        #expect(relativeError(try x.floats(), expected) < 1e-6)
        #expect(
          try shown.bytes() == rows.map { UInt8(truncatingIfNeeded: order($0)) })
        let number = UInt32(epoch * batches + step + 1)
        let expectedMoved = rows.enumerated().flatMap { place, row in
          func offset(_ word: Int) -> Int {
            let bits = ReferencePhilox.bits(
              seed: 9, stream: 5, step: number, element: 4 * place + word)
            return Int(bits) % (2 * shift + 1) - shift
          }
          return ReferenceGather.shifted(
            ReferenceGather.forward(bytes, size: 6, rows: [order(row)], low: 0, high: 1),
            width: 3, right: offset(0), down: offset(1))
        }
        #expect(relativeError(try moved.floats(), expectedMoved) < 1e-6)
      }
    }
  }

  @Test func withoutAShuffleTheOrderIsThatOfTheImages() throws {
    let context = try testContext()
    let images = Tensor(context, [3, 1], .uint8, label: "images")
    try images.write([0, 51, 255] as [UInt8])
    let x = Tensor(context, [3, 1], label: "x")
    let state = StepState(context)
    let list = CommandList(context)
    list.advance("step", state, batches: 1, adam: Self.adam)
    list.gatherBatch(
      "batch", BatchOrder(batchSize: 3, shuffle: nil, state: state), of: [images], range: 0...1,
      into: x)
    try list.run()
    #expect(relativeError(try x.floats(), [0, 0.2, 1]) < 1e-7)
  }

  @Test(arguments: [1, 2, 5, 16, 17, 257, 60_000, (1 << 30) + 3])
  func theHostsOrderMatchesTheReferencesPermutation(count: Int) throws {
    let source = RandomSource(seed: 0x9e37_79b9_7f4a_7c15, stream: 1)
    let state = StepState(try testContext())
    let (size, batches) = (min(count, 64), (count + 63) / 64)
    for epoch in [0, 1, 1000] {
      let reference = ReferencePermutation(
        count: count, seed: source.seed, stream: source.stream, epoch: UInt32(epoch))
      let batch = min(batches - 1, 3 * epoch)
      let rows = min(size, count - batch * size)
      func images(_ shuffle: RandomSource?) -> [Int] {
        BatchOrder(batchSize: size, shuffle: shuffle, state: state)
          .images(rows: rows, batch: batch, epoch: epoch, of: count)
      }
      let places = Array(batch * size..<batch * size + rows)
      #expect(images(source) == places.map { reference($0) })
      #expect(images(nil) == places)
    }
  }

  @Test func stagedImagesAreGatheredInTheirOrder() throws {
    let context = try testContext()
    let images = Tensor(context, [3, 1], .uint8, label: "images")
    let uploads = Uploads(into: images, slots: 2)
    let (x, state) = (Tensor(context, [3, 1], label: "x"), StepState(context))
    var order = BatchOrder(batchSize: 3, shuffle: RandomSource(seed: 9, stream: 1), state: state)
    order.isStaged = true
    let list = CommandList(context)
    list.advance("step", state, batches: 9, adam: Self.adam)
    list.gatherBatch("batch", order, of: [images], range: 0...255, into: x)
    let sums = Tensor(context, [5, 3], label: "all batches")
    let lists = (0..<5).map { row in
      let copy = CommandList(context)
      copy.copy("keep", 0..<1, of: x.reshaped([1, 3]), to: row, of: sums)
      return copy
    }
    for (batch, copy) in lists.enumerated() {
      try uploads.upload(count: 3) { bytes in
        for place in 0..<3 { bytes[place] = UInt8(10 * batch + place) }
      }
      try list.run()
      try copy.run()
    }
    #expect(try sums.floats() == (0..<5).flatMap { b in (0..<3).map { Float(10 * b + $0) } })
  }

  @Test func theStateCountsStepsBatchesAndEpochs() throws {
    let context = try testContext()
    let state = StepState(context)
    var seen: [[Int]] = []
    for _ in 0..<5 {
      try advance(state, batches: 2, on: context)
      let now = try state.read()
      seen.append([now.step, now.epoch, now.batch])
    }
    #expect(seen == [[1, 0, 0], [2, 0, 1], [3, 1, 0], [4, 1, 1], [5, 2, 0]])
  }

  private func advance(_ state: StepState, batches: Int, on context: Context) throws {
    let list = CommandList(context)
    list.advance("step", state, batches: batches, adam: Self.adam)
    try list.run()
  }
}
