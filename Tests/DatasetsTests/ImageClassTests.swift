import Testing

@testable import Datasets

@Suite struct ImageClassTests {
  private func names(_ names: String...) throws -> [String] {
    try ImageClass.folders(Set(names), in: "x").map(\.name)
  }

  @Test func numbersComeBeforeWordsAndBySize() throws {
    #expect(
      try names("b", "10", "9", "a", "0", "100", "01") == ["0", "01", "9", "10", "100", "a", "b"])
    let long = String(repeating: "9", count: 30)
    #expect(try names("1" + long, long, "-1", "1.5", "٣") == [long, "1" + long, "-1", "1.5", "٣"])
    #expect(try names("00", "0", "000", "") == ["0", "00", "000", ""])
  }

  @Test func labelsAreIndices() throws {
    let classes = try ImageClass.folders(["b", "a"], in: "x")
    #expect(classes == [ImageClass(label: 0, name: "a"), ImageClass(label: 1, name: "b")])
  }

  @Test func thereAreAtMost256() throws {
    let names = Set((0..<256).map(String.init))
    #expect(try ImageClass.folders(names, in: "x").last == ImageClass(label: 255))
    #expect {
      try ImageClass.folders(names.union(["a"]), in: "x")
    } throws: {
      "\($0)" == "x has 257 folders of pictures, but at most 256 classes are allowed; "
        + "put all pictures into one folder to train without classes"
    }
  }
}
