import GPUTensor
import GenerativeModels

/// Finds the candidates nearest to each query. It computes scores as products of matrices, for a
/// tile of candidates at a time.
///
/// The score of a candidate b for a query a is a · b + bias(b). With the bias −½ |b|², the nearest
/// candidate has the largest score (`kernels/common/neighbours.cl`).
final class NeighbourSearch {
  /// The candidates.
  enum Candidates {
    /// Points on the device, (count, columns).
    case points(Tensor)
    /// Images, converted to floats in [0, 1]. The store's batches are tiles.
    case images(ImageStore)
  }

  /// The terms that are added to the products.
  enum Bias {
    /// −½ |b|², so that the nearest points have the largest scores.
    case halfNorms
    /// A number for each candidate, (count).
    case given(Tensor)
  }

  /// The number of candidates whose scores are computed at once.
  static let tile = 512

  /// Its lists, to compile with others: one for each tile.
  private(set) var lists: [CommandList] = []
  private let candidates: Candidates
  private let order: BatchOrder
  private let best: Tensor  // (queries, kept), descending
  private let places: Tensor  // (queries, kept), words

  /// Creates a search for the `kept` largest scores of each query, (rows, columns). `scores` is
  /// memory for rows · `tile` floats, which searches may share.
  init(
    _ queries: Tensor, among candidates: Candidates, bias: Bias, kept: Int, scores: Tensor,
    on context: Context
  ) {
    let (count, columns) = (candidates.count, queries.columns)
    best = Tensor(context, [queries.rows, kept], label: "best scores")
    places = Tensor(context, [queries.rows, kept], .word, label: "best places")
    self.candidates = candidates
    let points = Tensor(context, [Self.tile, columns], label: "candidates")
    let offsets = Tensor(context, [Self.tile, 1], label: "biases")
    order = BatchOrder(batchSize: Self.tile, shuffle: nil, state: StepState(context))
    for start in stride(from: 0, to: count, by: Self.tile) {
      let rows = min(Self.tile, count - start)
      let (some, theirs) = (points.prefix(rows), offsets.prefix(rows))
      let list = CommandList(context)
      lists.append(list)
      switch candidates {
      case .points(let all):
        list.copy("candidates", start..<start + rows, of: all, to: 0, of: some)
      case .images(let store):
        list.advance(
          "tile", order.state, batches: (count + Self.tile - 1) / Self.tile,
          adam: AdamSettings(learningRate: 1))
        list.gatherBatch(
          "candidates", store.seen(order), of: store.images, range: 0...1, into: some)
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

  /// Creates memory for the scores of a number of queries.
  static func scores(queries: Int, on context: Context) -> Tensor {
    Tensor(context, [queries * tile], label: "scores")
  }

  /// Runs the search.
  ///
  /// - Returns: The largest scores, descending, and their candidates, both (queries, kept).
  /// - Throws: `OpenCLError`.
  func run() throws -> (scores: [Float], places: [Int]) {
    for (tile, list) in lists.enumerated() {
      if case .images(let store) = candidates { try store.stage(tile, in: order) }
      try list.run()
    }
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
