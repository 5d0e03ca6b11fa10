/// The second launch of split-K: adds the groups' partial sums, and applies the epilogue
/// (`kernels/gpu/split_sums.cl`).
extension CommandList {
  /// Creates a tensor for partial sums of `count` floats each; nil if there is only one part.
  func partials(_ label: String, _ sharing: GroupSharing, _ count: Int) -> Tensor? {
    guard sharing.parts > 1 else { return nil }
    return workspace([sharing.parts, count], label: "\(label) partials")
  }

  /// Computes y from its partial sums. `rowLength` floats of y share a row of the dropout mask.
  func finish(
    _ label: String, _ partials: Tensor, rowLength: Int, channels: Int, _ epilogue: Epilogue,
    into y: Tensor
  ) {
    let range = FlatRange(y.count, lanesDividing: channels, run: 1, on: context.device)
    append(
      label + ".sum",
      range.variant("split_sums.cl", "finish_output").adding(epilogue.options(channels: "n")),
      over: .items(range.global),
      [
        .int(y.count), .int(partials.rows), .int(rowLength), .int(channels), .tensor(partials),
        .tensor(epilogue.aux), .tensor(y),
      ] + epilogue.arguments)
  }

  /// Computes a weight's and a bias's gradient, or one of them alone, from partial sums.
  func finishGradient(_ label: String, _ partials: Tensor, into dw: Tensor, _ db: Tensor?) {
    let biases = db?.count ?? 0
    let width = biases == 0 ? dw.count : biases
    let range = FlatRange(dw.count + biases, lanesDividing: width, run: 1, on: context.device)
    append(
      label + ".sum", range.variant("split_sums.cl", "finish_gradient"),
      over: .items(range.global),
      [
        .int(dw.count), .int(biases), .int(partials.rows), .tensor(partials), .tensor(dw),
        .tensor(db ?? dw),
      ])
  }
}
