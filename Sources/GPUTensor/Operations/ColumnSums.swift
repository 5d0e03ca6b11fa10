/// Column sums by work-groups (`kernels/gpu/column_sums.cl`).
extension CommandList {
  /// Computes the sums of a matrix's columns.
  ///
  /// Shapes: x (rows, columns), sums (columns).
  func groupColumnSums(_ label: String, of x: Tensor, columns: Int, into sums: Tensor) {
    let (rows, group) = (x.count / columns, min(256, context.device.maximumWorkGroup))
    let block = min(columns, group)
    let variants = RowSharing.variants(
      rows: rows, leastRows: 8 * (group / block), on: context.device)
    choose("column_sums \(rows)×\(columns)", among: variants) { sharing in
      let partials = workspace([sharing.parts, columns], label: "\(label) partials")
      append(
        label,
        KernelVariant("column_sums.cl", "column_sums", ["COLUMNS": columns, "GROUP": group]),
        over: .items(
          [ceilDivide(columns, block) * group, partials.rows], group: [group, 1]),
        [.int(rows), .int(sharing.part), .tensor(x), .tensor(partials)])
      finishGradient(label, partials, into: sums, nil)
    }
  }
}

/// The division of a matrix's rows among the groups that add them.
private struct RowSharing: CustomStringConvertible {
  /// The number of rows in a part, and the number of parts. Each part has a group per block of
  /// columns.
  let part: Int
  let parts: Int
  var description: String { parts == 1 ? "1 part" : "\(parts) parts" }

  /// Returns the divisions of `rows`. First comes the number of parts that keeps all compute units
  /// busy, then half of it, and so on, then larger numbers. Parts have at least about `leastRows`
  /// rows, unless there is only one.
  static func variants(rows: Int, leastRows: Int, on device: Device) -> [RowSharing] {
    let counts = (0..<12).map { 1 << $0 }.filter { $0 == 1 || $0 * leastRows <= rows }
    let (few, many) = (counts.filter { $0 <= 2 * device.computeUnits }, counts.reversed())
    var seen: Set<Int> = []
    return (few.reversed() + many).map { count in
      let part = ceilDivide(rows, count)
      return RowSharing(part: part, parts: ceilDivide(rows, part))
    }.filter { seen.insert($0.parts).inserted }
  }
}
