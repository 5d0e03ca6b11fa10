import Testing

@testable import Reference

struct GemmTests {
  // A = (1 2 3; 4 5 6), B = (7 8; 9 10; 11 12), A B = (58 64; 139 154).
  let product: [Double] = [58, 64, 139, 154]

  @Test func plainProduct() {
    let c = ReferenceGemm.nn([1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12], m: 2, n: 2, k: 3)
    #expect(c == product)
  }

  @Test func secondFactorTransposed() {
    let c = ReferenceGemm.nt([1, 2, 3, 4, 5, 6], [7, 9, 11, 8, 10, 12], m: 2, n: 2, k: 3)
    #expect(c == product)
  }

  @Test func firstFactorTransposed() {
    let c = ReferenceGemm.tn([1, 4, 2, 5, 3, 6], [7, 8, 9, 10, 11, 12], m: 2, n: 2, k: 3)
    #expect(c == product)
  }

  @Test func anEmptyInnerSumIsZero() {
    #expect(ReferenceGemm.nn([], [], m: 2, n: 1, k: 0) == [0, 0])
    #expect(ReferenceGemm.nt([], [], m: 2, n: 1, k: 0) == [0, 0])
    #expect(ReferenceGemm.tn([], [], m: 2, n: 1, k: 0) == [0, 0])
  }

  @Test(arguments: [(1, 1, 1), (3, 5, 2), (1, 7, 4), (6, 1, 3)])
  func theThreeAgree(m: Int, n: Int, k: Int) {
    let a = normals(m * k, seed: 1)
    let b = normals(k * n, seed: 2)
    let truth = ReferenceGemm.nn(a, b, m: m, n: n, k: k)
    let bTransposed = (0..<(n * k)).map { b[($0 % k) * n + $0 / k] }
    let aTransposed = (0..<(m * k)).map { a[($0 % m) * k + $0 / m] }
    #expect(
      distance(ReferenceGemm.nt(a, bTransposed, m: m, n: n, k: k), truth) < roundingTolerance)
    #expect(
      distance(ReferenceGemm.tn(aTransposed, b, m: m, n: n, k: k), truth) < roundingTolerance)
  }
}
