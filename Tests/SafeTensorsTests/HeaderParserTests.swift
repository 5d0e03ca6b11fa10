import SafeTensors
import Testing

@Suite struct HeaderParserTests {
  @Test(arguments: [
    "", " ", " {}", "[]", "null", "{", "{}}", "{},", "{}x", #"{"a"}"#, #"{"a":}"#, #"{"a":1}"#,
    #"{"a":null}"#, #"{"a":{}}"#, #"{,}"#, #"{"__metadata__":{"a":1}}"#,
    #"{"__metadata__":{"a":null}}"#, #"{"__metadata__":nul}"#, #"{"__metadata__":nullx}"#,
    #"{"__metadata__":null,"__metadata__":{}}"#, #"{"__metadata__":NULL}"#,
    #"{"__metadata__":"x"}"#, #"{"__metadata__":{"a":{}}}"#,
    #"{"__metadata__":{"a":"b",}}"#, #"{"__metadata__":{"a":"b"},}"#,
    #"{"__metadata__":{"a":"b","a":"c"}}"#, #"{"__metadata__":{},"__metadata__":{}}"#,
    #"{"a":{"dtype":"U8","shape":[0]}}"#, #"{"a":{"shape":[0],"data_offsets":[0,0]}}"#,
    #"{"a":{"dtype":"U8","data_offsets":[0,0]}}"#,
    #"{"a":{"dtype":"U8","dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#,
    #"{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"x":1}}"#,
    #"{"a":{"dtype":8,"shape":[0],"data_offsets":[0,0]}}"#,
    #"{"a":{"dtype":"U8","shape":0,"data_offsets":[0,0]}}"#,
    #"{"a":{"dtype":"U8","shape":[0],"data_offsets":[0]}}"#,
    #"{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0,0]}}"#,
    #"{"a":{"dtype":"U8","shape":[0,],"data_offsets":[0,0]}}"#,
    #"{"a":{"dtype":"U8","shape":[00],"data_offsets":[0,0]}}"#,
    #"{"a":{"dtype":"U8","shape":[-0],"data_offsets":[0,0]}}"#,
    #"{"a":{"dtype":"U8","shape":[0.0],"data_offsets":[0,0]}}"#,
    #"{"a":{"dtype":"U8","shape":[0e1],"data_offsets":[0,0]}}"#,
    #"{"a":{"dtype":"U8","shape":[18446744073709551616,0],"data_offsets":[0,0]}}"#,
    #"{"__metadata__":{"a":"\x"}}"#, #"{"__metadata__":{"a":"\u12"}}"#,
    #"{"__metadata__":{"a":"\ud800"}}"#, #"{"__metadata__":{"a":"\udc00"}}"#,
    #"{"__metadata__":{"a":"\ud800\u0041"}}"#, #"{"__metadata__":{"a":"\ud800\ud800"}}"#,
    "{\"__metadata__\":{\"a\":\"\n\"}}", "{\"a",
  ])
  func refuses(header: String) {
    #expect(throws: SafeTensorsError.self) { try SafeTensorsFile(parsing: makeFile(header)) }
  }

  @Test func refusesWhatIsNotUTF8() {
    var bytes = makeFile(#"{"__metadata__":{"a":"b"}}"#)
    bytes[8 + 22] = 0xFF
    #expect(throws: SafeTensorsError.header(offset: 32, reason: "a string that is not UTF-8")) {
      try SafeTensorsFile(parsing: bytes)
    }
  }

  @Test func readsWhiteSpaceAndEscapes() throws {
    let header =
      "{ \"__metadata__\" : {\"k\" :\n\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83C\\uDFB2\"} ,"
      + "\t\"\\u0061\":{\"data_offsets\":[ 0 , 2 ],\"shape\":[2 ],\"dtype\":\"U8\"}}\r\n "
    let file = try SafeTensorsFile(parsing: makeFile(header, data: 2))
    #expect(file.metadata == ["k": "\"\\/\u{8}\u{C}\n\r\té🎲"])
    #expect(file["a"]?.data == [0, 1])
  }

  @Test func metadataMayBeNull() throws {
    let header = #"{"__metadata__": null, "a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#
    let file = try SafeTensorsFile(parsing: makeFile(header, data: 1))
    #expect(file.metadata.isEmpty && file["a"]?.data == [0])
  }

  /// Accents in non-canonical order, a sequence that Swift would sort for minutes.
  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      (#"{""#, #"":{}}"#, 73), (#"{"__metadata__":{"a":""#, #""}}"#, 93),
      (#"{"a":{"dtype":""#, #""}}"#, 86),
    ])
  func aLongRowOfMarksIsRefused(before: String, after: String, offset: Int) throws {
    let long = before + String(repeating: "\u{301}\u{316}", count: 1 << 18) + after
    #expect(throws: SafeTensorsError.self) { try SafeTensorsFile(parsing: makeFile(long)) }
    let short = before + String(repeating: "\u{301}", count: 31) + after
    let reason = "too many combining marks in a row"
    #expect(throws: SafeTensorsError.header(offset: offset, reason: reason)) {
      try SafeTensorsFile(parsing: makeFile(short))
    }
  }

  @Test func thirtyMarksInARowAreRead() throws {
    let marks = String(repeating: "\u{301}\u{316}", count: 15)
    let header = #"{"__metadata__":{"a":"MARKSxMARKS"}}"#.replacing("MARKS", with: marks)
    let file = try SafeTensorsFile(parsing: makeFile(header))
    #expect(file.metadata == ["a": "\(marks)x\(marks)"])
  }

  @Test func anErrorSaysWhere() {
    #expect {
      try SafeTensorsFile(parsing: makeFile(#"{"a":{"dtype":"U8","shape":[-1]}}"#))
    } throws: {
      "\($0)" == "damaged safetensors header: no non-negative integer at byte 36"
    }
  }
}
