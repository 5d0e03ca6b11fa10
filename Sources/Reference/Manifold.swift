/// An estimate of where the points of a set lie: each with its squared radius, the squared distance
/// to its third neighbour (Kynkäänniemi et al.: "Improved precision and recall metric for assessing
/// generative models", 2019).
public struct ReferenceManifold {
  private let points: [[Double]]
  private let radii: [Double]

  /// Creates the manifold of points, (rows, columns).
  public init(_ features: [Double], columns: Int) {
    let points = stride(from: 0, to: features.count, by: columns).map {
      Array(features[$0..<$0 + columns])
    }
    self.points = points
    radii = points.indices.map { own in
      points.indices.filter { $0 != own }.map { Self.square(points[own], points[$0]) }.sorted()[2]
    }
  }

  /// Returns the fraction of another manifold's points that lie within this one.
  public func part(of other: ReferenceManifold) -> Double {
    let inside = other.points.count { point in
      zip(points, radii).contains { Self.square(point, $0) <= $1 }
    }
    return Double(inside) / Double(other.points.count)
  }

  private static func square(_ first: [Double], _ second: [Double]) -> Double {
    var sum = 0.0
    for index in first.indices {
      sum += (first[index] - second[index]) * (first[index] - second[index])
    }
    return sum
  }
}
