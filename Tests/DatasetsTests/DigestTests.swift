import Testing

@testable import Datasets
@testable import KnownDatasets

@Suite struct DigestTests {
  /// The examples of FIPS 180-2 and RFC 1321.
  @Test func publishedExamples() {
    #expect(
      Digest.sha256.hex(of: [Array("abc".utf8)])
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      Digest.sha256.base64(of: [Array("abc".utf8)])
        == "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=")
    #expect(Digest.md5.hex(of: [Array("abc".utf8)]) == "900150983cd24fb0d6963f7d28e17f72")
    #expect(Digest.md5.hex(of: [[UInt8]]()) == "d41d8cd98f00b204e9800998ecf8427e")
  }

  @Test func partsAreJoined() {
    #expect(
      Digest.sha256.hex(of: [[], Array("a".utf8), Array("bc".utf8)])
        == Digest.sha256.hex(of: [Array("abc".utf8)]))
  }
}
