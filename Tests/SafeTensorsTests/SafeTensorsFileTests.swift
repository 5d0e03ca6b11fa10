import SafeTensors
import Testing

/// Returns a file with this header, without padding, and this many bytes of data.
func makeFile(_ header: String, data: Int = 0) -> [UInt8] {
  let header = Array(header.utf8)
  return (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header
    + (0..<data).map { UInt8(truncatingIfNeeded: $0) }
}

@Suite struct SafeTensorsFileTests {
  static let sample = SafeTensorsFile(
    metadata: ["format": "pt", "epoch": "7", "note": "a \"quote\", \\, \n, \u{1}, é, 🎲"],
    tensors: [
      SafeTensor(
        name: "b.weight", shape: [2, 3],
        floats: [1, -2, 0.5, .infinity, -0.0, .leastNonzeroMagnitude]),
      SafeTensor(name: "a.bias", shape: [], floats: [3]),
      SafeTensor(name: "empty", shape: [0, 5], floats: []),
      SafeTensor(name: "bytes", elementType: .uint8, shape: [3], data: [1, 2, 3]),
    ])

  @Test func roundTrip() throws {
    let bytes = try Self.sample.encoded()
    let file = try SafeTensorsFile(parsing: bytes)
    #expect(file == Self.sample)
    #expect(try file.encoded() == bytes)
    #expect(
      try file["b.weight"]?.floats() == [1, -2, 0.5, .infinity, -0.0, .leastNonzeroMagnitude])
    #expect(file["c"] == nil)
    let header = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    #expect(header.isMultiple(of: 8))
  }

  @Test func anEmptyFile() throws {
    let bytes = try SafeTensorsFile(tensors: []).encoded()
    #expect(bytes == makeFile("{}      "))
    #expect(try SafeTensorsFile(parsing: bytes) == SafeTensorsFile(tensors: []))
  }

  /// The bytes that Python's `safetensors.numpy.save` (0.8.0) writes for
  /// `{"w": array([[1, 2], [3, 4], [5, 6]], float32), "b": array([-1.5], float32)}` and
  /// `{"format": "pt"}`.
  @Test func readsAndWritesTheReferenceWritersBytes() throws {
    let header =
      #"{"__metadata__":{"format":"pt"},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
      + #""w":{"dtype":"F32","shape":[3,2],"data_offsets":[4,28]}}   "#
    let floats: [Float] = [-1.5, 1, 2, 3, 4, 5, 6]
    let bytes = makeFile(header) + floats.withUnsafeBytes { [UInt8]($0) }
    #expect(header.utf8.count == 144)
    let file = try SafeTensorsFile(parsing: bytes)
    #expect(file.metadata == ["format": "pt"])
    #expect(file["w"]?.shape == [3, 2])
    #expect(try file["w"]?.floats() == [1, 2, 3, 4, 5, 6])
    #expect(try file["b"]?.floats() == [-1.5])
    #expect(try file.encoded() == bytes)
  }

  /// Like the safetensors library: sorted by their spans, with empty spans at any boundary.
  @Test func theHeaderMayNameTensorsInAnyOrder() throws {
    func entry(_ name: String, _ span: Range<Int>) -> String {
      #""\#(name)":{"dtype":"U8","shape":[\#(span.count)],"#
        + #""data_offsets":[\#(span.lowerBound),\#(span.upperBound)]}"#
    }
    let spans = [
      ("c", 3..<4), ("end", 4..<4), ("a", 0..<2), ("start", 0..<0), ("middle", 2..<2),
      ("b", 2..<3), ("another", 2..<2),
    ]
    let header = "{\(spans.map(entry).joined(separator: ","))}"
    let file = try SafeTensorsFile(parsing: makeFile(header, data: 4))
    #expect(
      file.tensors.map(\.name) == ["start", "a", "middle", "another", "b", "c", "end"])
    #expect(file.tensors.map(\.data) == [[], [0, 1], [], [], [2], [3], []])
    #expect(try SafeTensorsFile(parsing: try file.encoded()) == file)
  }

  @Test(arguments: [
    ("PK\u{3}\u{4}\0\0\0\0", ForeignFormat.zip), ("PK\u{3}\u{4}\0\0\u{8}\u{8}", .zip),
    ("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", .gitLFSPointer),
    ("<!DOCTYPE html>", .webPage), ("<html lang=\"en\">", .webPage),
  ])
  func filesOfOtherKindsAreNamed(head: String, format: ForeignFormat) {
    for bytes in [Array(head.utf8), Array(head.utf8) + [UInt8](repeating: 0, count: 2000)] {
      #expect(throws: SafeTensorsError.foreign(format)) { try SafeTensorsFile(parsing: bytes) }
    }
  }

  @Test func barePicklesAreNamed() {
    let bytes: [UInt8] = [0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9]
    #expect(throws: SafeTensorsError.foreign(.pickle)) { try SafeTensorsFile(parsing: bytes) }
  }

  /// The length of this file's header, 0x280, begins with the bytes of a pickle.
  @Test func aValidFileIsNeverForeign() throws {
    let header = "{}" + String(repeating: " ", count: 0x280 - 2)
    #expect(try SafeTensorsFile(parsing: makeFile(header)) == SafeTensorsFile(tensors: []))
  }

  @Test func everyTruncationIsRefused() throws {
    let bytes = try Self.sample.encoded()
    for count in bytes.indices {
      #expect(throws: SafeTensorsError.self, "\(count) bytes") {
        try SafeTensorsFile(parsing: Array(bytes[..<count]))
      }
    }
  }

  @Test func everyFlippedByteIsRefusedOrRead() throws {
    let bytes = try Self.sample.encoded()
    for index in bytes.indices {
      for flip: UInt8 in [1, 0x20, 0x80, 0xFF] {
        var changed = bytes
        changed[index] ^= flip
        do {
          let file = try SafeTensorsFile(parsing: changed)
          #expect(file != Self.sample, "byte \(index)")
        } catch is SafeTensorsError {}
      }
    }
  }

  @Test(
    arguments: [
      [], [0, 0, 0, 0, 0, 0, 0], Array(repeating: 0xFF, count: 8),
      Array(repeating: 0xFF, count: 64),
      [3, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x7D], [0, 0, 0, 0, 0, 0, 0, 0x80, 0x7B, 0x7D],
      [0xF9, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0x7B, 0x7D],
    ] as [[UInt8]])
  func aHeaderBeyondTheFileIsRefused(bytes: [UInt8]) {
    #expect(throws: SafeTensorsError.self) { try SafeTensorsFile(parsing: bytes) }
  }

  @Test func aHeaderBeyondTheLimitIsRefused() {
    var bytes = [UInt8](repeating: 0x20, count: 8 + 100_000_001)
    bytes.replaceSubrange(..<8, with: [0x01, 0xE1, 0xF5, 0x05, 0, 0, 0, 0])
    #expect(
      throws: SafeTensorsError.headerLength(claimed: 100_000_001, available: 100_000_001)
    ) { try SafeTensorsFile(parsing: bytes) }
  }

  @Test(arguments: [
    (
      #"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, 8,
      SafeTensorsError.spanLength(tensor: "a", bytes: 8, expected: 12)
    ),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, 8,
      .spanStart(tensor: "a", begin: 8, expected: 0)
    ),
    (
      #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"#
        + #""b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}"#, 6,
      .spanStart(tensor: "b", begin: 2, expected: 4)
    ),
    (
      #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"#
        + #""b":{"dtype":"U8","shape":[4],"data_offsets":[5,9]}}"#, 9,
      .spanStart(tensor: "b", begin: 5, expected: 4)
    ),
    (
      #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[4,8]},"#
        + #""b":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}"#, 8,
      .spanStart(tensor: "a", begin: 4, expected: 3)
    ),
    (
      #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"#
        + #""b":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}"#, 4,
      .spanStart(tensor: "b", begin: 0, expected: 4)
    ),
    (
      #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"#
        + #""b":{"dtype":"U8","shape":[0],"data_offsets":[2,2]}}"#, 4,
      .spanStart(tensor: "b", begin: 2, expected: 4)
    ),
    (
      #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"#
        + #""b":{"dtype":"U8","shape":[0],"data_offsets":[5,5]}}"#, 4,
      .spanStart(tensor: "b", begin: 5, expected: 4)
    ),
    (
      #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}"#, 5,
      .coverage(covered: 4, bytes: 5)
    ),
    (
      #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}"#, 3,
      .coverage(covered: 4, bytes: 3)
    ),
    ("{}", 1, .coverage(covered: 0, bytes: 1)),
    (
      #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#, 0,
      .shape(tensor: "a", shape: [4_611_686_018_427_387_904, 4])
    ),
    (
      #"{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,1]}}"#, 1,
      .shape(tensor: "a", shape: [3])
    ),
    (
      #"{"a":{"dtype":"U8","shape":[9223372036854775807],"data_offsets":[0,9223372036854775807]}}"#,
      0, .shape(tensor: "a", shape: [.max])
    ),
    (
      #"{"a":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}}"#, 4,
      .unknownElementType(tensor: "a", name: "F33")
    ),
    (
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"#
        + #""a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#, 2, .duplicate("a")
    ),
  ])
  func aSpanThatDoesNotFitIsRefused(header: String, data: Int, error: SafeTensorsError) {
    #expect(throws: error) { try SafeTensorsFile(parsing: makeFile(header, data: data)) }
  }

  @Test(arguments: [
    (
      SafeTensor(name: "a", shape: [3], floats: [1, 2]),
      SafeTensorsError.spanLength(tensor: "a", bytes: 8, expected: 12)
    ),
    (SafeTensor(name: "a", shape: [-1], floats: []), .shape(tensor: "a", shape: [-1])),
    (SafeTensor(name: "a", shape: [.max, 2], floats: []), .shape(tensor: "a", shape: [.max, 2])),
    (SafeTensor(name: "__metadata__", shape: [], floats: [1]), .duplicate("__metadata__")),
  ])
  func theWriterRefusesWhatTheReaderWould(tensor: SafeTensor, error: SafeTensorsError) {
    #expect(throws: error) { try SafeTensorsFile(tensors: [tensor]).encoded() }
  }

  @Test func theWriterRefusesANameTakenTwice() {
    let tensor = SafeTensor(name: "a", shape: [], floats: [1])
    #expect(throws: SafeTensorsError.duplicate("a")) {
      try SafeTensorsFile(tensors: [tensor, tensor]).encoded()
    }
  }
}
