import Testing

@testable import Reference

struct PhiloxTests {
  /// The known-answer vectors published with Random123.
  @Test(arguments: [
    (
      SIMD4<UInt32>(repeating: 0), SIMD2<UInt32>(repeating: 0),
      SIMD4<UInt32>(0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8)
    ),
    (
      SIMD4<UInt32>(repeating: .max), SIMD2<UInt32>(repeating: .max),
      SIMD4<UInt32>(0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD)
    ),
    (
      SIMD4<UInt32>(0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344),
      SIMD2<UInt32>(0xA409_3822, 0x299F_31D0),
      SIMD4<UInt32>(0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1)
    ),
  ])
  func knownAnswers(
    counter: SIMD4<UInt32>, key: SIMD2<UInt32>, expected: SIMD4<UInt32>
  ) {
    #expect(ReferencePhilox.block(counter: counter, key: key) == expected)
  }

  @Test func bitsPlaceTheirArguments() {
    let block = ReferencePhilox.block(
      counter: SIMD4(3, 0x1319_8A2E, 0x85A3_08D3, 0), key: SIMD2(0xA409_3822, 0x299F_31D0))
    let words = (12..<16).map {
      ReferencePhilox.bits(
        seed: 0x299F_31D0_A409_3822, stream: 0x85A3_08D3, step: 0x1319_8A2E, element: $0)
    }
    #expect(words == [block.x, block.y, block.z, block.w])
  }
}
