import Testing

@testable import SafeTensors

@Suite struct ElementTypeTests {
  @Test func everyTypeHasItsSize() {
    let bits = ElementType.allCases.map { "\($0.rawValue) \($0.bitWidth)" }
    #expect(
      bits == [
        "BOOL 8", "F4 4", "F6_E2M3 6", "F6_E3M2 6", "U8 8", "I8 8", "F8_E5M2 8", "F8_E4M3 8",
        "F8_E8M0 8", "F8_E4M3FNUZ 8", "F8_E5M2FNUZ 8", "I16 16", "U16 16", "F16 16", "BF16 16",
        "I32 32", "U32 32", "F32 32", "C64 64", "F64 64", "I64 64", "U64 64",
      ])
  }

  @Test func sizesAreCheckedForOverflow() {
    #expect(ElementType.float32.byteCount(shape: []) == 4)
    #expect(ElementType.float4.byteCount(shape: [3, 2]) == 3)
    #expect(ElementType.float4.byteCount(shape: [3]) == nil)
    #expect(ElementType.uint8.byteCount(shape: [.max]) == nil)
    #expect(ElementType.uint8.byteCount(shape: [.max, 0]) == nil)
    #expect(ElementType.uint8.byteCount(shape: [0, .max]) == 0)
    #expect(ElementType.uint8.byteCount(shape: [-1]) == nil)
  }
}
