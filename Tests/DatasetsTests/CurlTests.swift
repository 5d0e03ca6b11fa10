import Foundation
import TestFiles
import Testing

@testable import Datasets
@testable import KnownDatasets

@Suite struct CurlTests {
  @Test func fetchesMoreThanAPipeHolds() throws {
    let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let server = try LoopbackServer(["file": [.file(bytes)]])
    let curl = try Curl(environment: ["PATH": DatasetFetcherTests.path])
    #expect(try curl.get(server.address + "file", maximumBytes: 1_000_000) == bytes)
  }

  @Test func stopsAtTheMaximum() throws {
    let server = try LoopbackServer(["file": [.file([UInt8](repeating: 1, count: 300_000))]])
    let curl = try Curl(environment: ["PATH": DatasetFetcherTests.path])
    #expect(throws: Curl.Failure.self) {
      try curl.get(server.address + "file", maximumBytes: 299_999)
    }
  }

  @Test func reportsWhichFailuresAreTransient() throws {
    let server = try LoopbackServer([
      "cut": [.truncated([1, 2, 3, 4])], "busy": [.status(503)], "missing": [.status(404)],
    ])
    let curl = try Curl(environment: ["PATH": DatasetFetcherTests.path])
    for (path, isTransient) in [("cut", true), ("busy", true), ("missing", false)] {
      #expect {
        try curl.get(server.address + path, maximumBytes: 100)
      } throws: {
        ($0 as? Curl.Failure)?.isTransient == isTransient
      }
    }
  }
}
