import GPUTensor
import GenerativeModels

/// Looks for the rows of one set of points that are nearest to each row of another, by products of tiles.
///
/// With a score s = a · b + bias(b) and the bias −½ |b|² the largest is the nearest point's (`kernels/common/neighbours.cl`).
final class NeighbourSearch {
  /// What is looked through.
  enum Candidates {
    /// (count, columns), on the device.
    case points(Tensor)
    /// Images, as floats in [0, 1].
    case images(ImageStore)
  }

  /// What is added to the products.
  enum Bias {
    /// −½ |b|²: the nearest points have the largest scores.
    case halfNorms
    /// (count): one number a candidate.
    case given(Tensor)
  }

  /// Candidates whose scores are made at once.
  static let tile = 512

  /// What it runs, to be compiled with other lists.
  let list: CommandList
  private let best: Tensor  // (queries, kept), descending
  private let places: Tensor  // (queries, kept), words

  /// A search for the `kept` largest scores of each row of `queries` (rows, columns).
  ///
  /// - Parameter scores: room for rows · `tile` floats, which searches may share.
  init(
    _ queries: Tensor, among candidates: Candidates, bias: Bias, kept: Int, scores: Tensor,
    on context: Context
  ) {
    let (count, columns) = (candidates.count, queries.columns)
    best = Tensor(context, [queries.rows, kept], label: "best scores")
    places = Tensor(context, [queries.rows, kept], .word, label: "best places")
    list = CommandList(context)
    let points = Tensor(context, [Self.tile, columns], label: "candidates")
    let offsets = Tensor(context, [Self.tile, 1], label: "biases")
    let state = StepState(context)
    for start in stride(from: 0, to: count, by: Self.tile) {
      let rows = min(Self.tile, count - start)
      let (some, theirs) = (points.prefix(rows), offsets.prefix(rows))
      switch candidates {
      case .points(let all):
        list.copy("candidates", start..<start + rows, of: all, to: 0, of: some)
      case .images(let store):
        list.advance(
          "tile", state, batches: (count + Self.tile - 1) / Self.tile,
          adam: AdamSettings(learningRate: 1))
        list.gatherBatch(
          "candidates", from: store.images, batchSize: Self.tile, shuffle: nil, range: 0...1,
          state: state, into: some)
      }
      switch bias {
      case .halfNorms: list.halfNorms("biases", some, into: theirs)
      case .given(let all):
        list.copy(
          "biases", start..<start + rows, of: all.reshaped([count, 1]), to: 0, of: theirs)
      }
      let products = scores.prefix(queries.rows * rows).reshaped([queries.rows, rows])
      list.gemmNT(
        "scores", queries, some,
        epilogue: .output(bias: theirs.reshaped([rows]), .identity, nil), into: products)
      list.largestScores("best", products, first: start, into: best, places: places)
    }
  }

  /// Room for the scores of so many queries.
  static func scores(queries: Int, on context: Context) -> Tensor {
    Tensor(context, [queries * tile], label: "scores")
  }

  /// Runs it.
  ///
  /// - Returns: (queries, kept): the largest scores, descending, and the candidates that they belong to.
  /// - Throws: `OpenCLError`.
  func run() throws -> (scores: [Float], places: [Int]) {
    try list.run()
    return (try best.floats(), try places.words().map(Int.init))
  }
}

extension NeighbourSearch.Candidates {
  fileprivate var count: Int {
    switch self {
    case .points(let points): points.rows
    case .images(let store): store.count
    }
  }
}
