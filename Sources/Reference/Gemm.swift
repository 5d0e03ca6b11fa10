/// The three matrix products of a dense layer, on row-major matrices.
///
/// C is always (m, n); k is the length of the inner sum.
public enum ReferenceGemm {
  /// Returns C = A B, with A (m, k) and B (k, n).
  public static func nn(_ a: [Double], _ b: [Double], m: Int, n: Int, k: Int) -> [Double] {
    checkSizes(a, b, m: m, n: n, k: k)
    var c = [Double](repeating: 0, count: m * n)
    for row in 0..<m {
      for inner in 0..<k {
        let factor = a[row * k + inner]
        for column in 0..<n {
          c[row * n + column] += factor * b[inner * n + column]
        }
      }
    }
    return c
  }

  /// Returns C = A Bᵀ, with A (m, k) and B (n, k).
  public static func nt(_ a: [Double], _ b: [Double], m: Int, n: Int, k: Int) -> [Double] {
    checkSizes(a, b, m: m, n: n, k: k)
    var c = [Double](repeating: 0, count: m * n)
    for row in 0..<m {
      for column in 0..<n {
        var sum = 0.0
        for inner in 0..<k {
          sum += a[row * k + inner] * b[column * k + inner]
        }
        c[row * n + column] = sum
      }
    }
    return c
  }

  /// Returns C = Aᵀ B, with A (k, m) and B (k, n).
  public static func tn(_ a: [Double], _ b: [Double], m: Int, n: Int, k: Int) -> [Double] {
    checkSizes(a, b, m: m, n: n, k: k)
    var c = [Double](repeating: 0, count: m * n)
    for inner in 0..<k {
      for row in 0..<m {
        let factor = a[inner * m + row]
        for column in 0..<n {
          c[row * n + column] += factor * b[inner * n + column]
        }
      }
    }
    return c
  }

  private static func checkSizes(_ a: [Double], _ b: [Double], m: Int, n: Int, k: Int) {
    precondition(a.count == m * k, "A has \(a.count) elements, not \(m) x \(k)")
    precondition(b.count == k * n, "B has \(b.count) elements, not \(k) x \(n)")
  }
}
