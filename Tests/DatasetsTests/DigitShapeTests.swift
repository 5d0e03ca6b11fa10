import Testing

@testable import Datasets

@Suite struct DigitShapeTests {
  @Test func everyDigitHasShapesWithinTheUnitSquare() {
    #expect(DigitShape.all.count == 10)
    for shapes in DigitShape.all {
      #expect(!shapes.isEmpty)
      for shape in shapes {
        #expect(shape.weight > 0)
        for stroke in shape.strokes {
          #expect(stroke.reduce(0) { $0 + $1.count } >= 2)
          #expect(stroke.allSatisfy { !$0.isEmpty })
          #expect(stroke.joined().allSatisfy { 0...1 ~= $0.x && 0...1 ~= $0.y })
        }
      }
    }
  }
}
