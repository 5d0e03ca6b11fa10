import SafeTensors
import Testing

@Suite struct SafeTensorTests {
  @Test func floatsAreLittleEndian() throws {
    let tensor = SafeTensor(name: "a", shape: [2], floats: [1, -2])
    #expect(tensor.data == [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0])
    #expect(try tensor.floats() == [1, -2])
  }

  @Test func otherTypesAreNoFloats() {
    let tensor = SafeTensor(name: "a", elementType: .int32, shape: [1], data: [0, 0, 0, 0])
    #expect {
      try tensor.floats()
    } throws: {
      "\($0)" == #"tensor "a": it is I32, not F32"#
    }
  }

  @Test func bytesThatDoNotFitAreNoFloats() {
    let tensor = SafeTensor(name: "a", elementType: .float32, shape: [2], data: [0, 0, 0, 0])
    #expect(throws: SafeTensorsError.spanLength(tensor: "a", bytes: 4, expected: 8)) {
      try tensor.floats()
    }
  }
}
