/// Single elements of a product of float32 matrices, when the whole product takes too long.
extension ReferenceGemm {
  /// Returns element `index` of C = A B.
  public static func nn(at index: Int, _ a: [Float], _ b: [Float], n: Int, k: Int) -> Double {
    let (row, column) = index.quotientAndRemainder(dividingBy: n)
    return (0..<k).reduce(0) { $0 + Double(a[row * k + $1]) * Double(b[$1 * n + column]) }
  }

  /// Returns element `index` of C = A Bᵀ.
  public static func nt(at index: Int, _ a: [Float], _ b: [Float], n: Int, k: Int) -> Double {
    let (row, column) = index.quotientAndRemainder(dividingBy: n)
    return (0..<k).reduce(0) { $0 + Double(a[row * k + $1]) * Double(b[column * k + $1]) }
  }

  /// Returns element `index` of C = Aᵀ B.
  public static func tn(
    at index: Int, _ a: [Float], _ b: [Float], m: Int, n: Int, k: Int
  ) -> Double {
    let (row, column) = index.quotientAndRemainder(dividingBy: n)
    return (0..<k).reduce(0) { $0 + Double(a[$1 * m + row]) * Double(b[$1 * n + column]) }
  }
}
