import SafeTensors
import Testing

@Suite struct SafeTensorTests {
  @Test func floatsAreLittleEndian() throws {
    let tensor = SafeTensor(name: "a", shape: [2], floats: [1, -2])
    #expect(tensor.data == [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0])
    #expect(try tensor.floats() == [1, -2])
  }

  /// Compares every half-precision number with its value by the format's definition.
  @Test func halfPrecisionIsExact() throws {
    let patterns = (0...UInt16.max).map(\.self)
    let tensor = SafeTensor(
      name: "a", elementType: .float16, shape: [patterns.count],
      data: patterns.withUnsafeBytes { [UInt8]($0) })
    for (bits, number) in zip(patterns, try tensor.floats()) {
      let (exponent, mantissa) = (Int(bits >> 10 & 31), Double(bits & 1023))
      let size =
        switch exponent {
        case 0: mantissa * 0x1p-24
        case 31: mantissa == 0 ? Double.infinity : .nan
        default: (1024 + mantissa) * Double(sign: .plus, exponent: exponent - 25, significand: 1)
        }
      let expected = Float(bits < 0x8000 ? size : -size)
      #expect(number.isNaN ? expected.isNaN : number.bitPattern == expected.bitPattern, "\(bits)")
    }
  }

  @Test func bfloatsAreTheUpperHalvesOfFloats() throws {
    let tensor = SafeTensor(
      name: "a", elementType: .bfloat16, shape: [6],
      data: [0x80, 0x3F, 0x49, 0xC0, 0x01, 0x00, 0x00, 0x80, 0x80, 0xFF, 0xC0, 0x7F])
    let floats = try tensor.floats()
    let expected: [Float] = [1, -3.140625, 0x1p-133, 0, -.infinity]
    #expect(Array(floats.dropLast()) == expected)
    #expect(floats[3].sign == .minus && floats[5].isNaN)
  }

  @Test func doublesAreRoundedToTheNearest() throws {
    let doubles: [Double] = [
      0.1, 0x1.000001p0, 0x1.000003p0, 0x1.0000010000001p0, 0x1p-149, 0x1p-150, -0.0, 1e300,
      -1e300, 0x1.fffffefp127, 0x1.ffffffp127, .infinity, .nan,
    ]
    let tensor = SafeTensor(
      name: "a", elementType: .float64, shape: [doubles.count],
      data: doubles.withUnsafeBytes { [UInt8]($0) })
    let floats = try tensor.floats()
    let expected: [Float] = [
      0.1, 1, 0x1.000004p0, 0x1.000002p0, 0x1p-149, 0, 0, .infinity, -.infinity,
      .greatestFiniteMagnitude, .infinity, .infinity,
    ]
    #expect(Array(floats.dropLast()) == expected)
    #expect(floats[6].sign == .minus && floats[12].isNaN)
  }

  @Test func otherTypesAreRefused() {
    let tensor = SafeTensor(name: "a", elementType: .int32, shape: [1], data: [0, 0, 0, 0])
    #expect {
      try tensor.floats()
    } throws: {
      "\($0)" == #"tensor "a": it is I32, not F32"#
    }
  }

  @Test func bytesThatDoNotFitTheShapeAreRefused() {
    let tensor = SafeTensor(name: "a", elementType: .float32, shape: [2], data: [0, 0, 0, 0])
    #expect(throws: SafeTensorsError.spanLength(tensor: "a", bytes: 4, expected: 8)) {
      try tensor.floats()
    }
  }
}
