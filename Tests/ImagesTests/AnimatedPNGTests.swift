import CZlib
import Foundation
import TestFiles
import Testing

@testable import Images

struct AnimatedPNGTests {
  private static func picture(_ shade: UInt8, width: Int = 5) throws -> [UInt8] {
    try Picture(shape: ImageShape(height: 4, width: width, channels: 1), shade: shade).png()
  }

  /// An animation whose frames have these shades.
  private static func animation(_ shades: [UInt8]) throws -> [UInt8] {
    try AnimatedPNG.encode(
      shades.enumerated().map { index, shade in
        AnimatedPNG.Frame(png: try picture(shade), milliseconds: index == 0 ? 2000 : 200)
      })
  }

  /// Returns the frames of an animation as PNG files of their own.
  private static func frames(of bytes: [UInt8]) -> [[UInt8]] {
    var (frames, header): ([[UInt8]], [UInt8]) = ([], [])
    func chunk(_ content: [UInt8]) -> [UInt8] {
      let checked = Array("IDAT".utf8) + content
      let sum = checked.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) }
      return [UInt32(content.count), UInt32(sum)].map { number in
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
      }.joined(separator: checked).map(\.self)
    }
    for part in PNGChunks(bytes) {
      switch part.kind {
      case "IHDR": header = PictureFormat.png.signature + part.bytes
      case "fcTL": frames.append(header)
      case "IDAT": frames[frames.count - 1] += part.bytes
      case "fdAT": frames[frames.count - 1] += chunk(Array(part.content.dropFirst(4)))
      default: break
      }
    }
    return frames
  }

  @Test func framesDecodeUnchanged() throws {
    let bytes = try Self.animation([10, 20, 30])
    let decoded = try Self.frames(of: bytes).map { try Picture(decoding: $0).pixels.first }
    #expect(decoded == [10, 20, 30])
    // A program that knows no animations shows the first frame.
    #expect(try Picture(decoding: bytes).pixels.allSatisfy { $0 == 10 })
  }

  @Test func chunksAreInOrderAndNumbered() throws {
    let chunks = Array(PNGChunks(try Self.animation([1, 2, 3])))
    #expect(
      chunks.map(\.kind) == [
        "IHDR", "acTL", "fcTL", "IDAT", "fcTL", "fdAT", "fcTL", "fdAT", "IEND",
      ])
    #expect(chunks[1].content.bigEndian == 3 << 32, "three frames, again and again")
    let numbered = chunks.filter { ["fcTL", "fdAT"].contains($0.kind) }
    #expect(numbered.map { $0.content.prefix(4).bigEndian } == Array(0..<5))
    let delays = chunks.filter { $0.kind == "fcTL" }.map { $0.content.dropFirst(20).prefix(4) }
    #expect(delays.map(\.bigEndian) == [2000 << 16 | 1000, 200 << 16 | 1000, 200 << 16 | 1000])
  }

  @Test func framesThatDoNotFitAreRefused() throws {
    let frame = AnimatedPNG.Frame(png: try Self.picture(1), milliseconds: 1)
    func expectRefused(_ frames: [AnimatedPNG.Frame], _ text: String) {
      let error = #expect(throws: ImageError.self) { try AnimatedPNG.encode(frames) }
      #expect(error.map { "\($0)".contains(text) } == true)
    }
    expectRefused([], "needs a frame")
    expectRefused(
      [frame, .init(png: try Self.picture(1, width: 6), milliseconds: 1)], "differ in size")
    for count in [0, 7, 20] {
      expectRefused([.init(png: Array(frame.png.prefix(count)), milliseconds: 1)], "not a PNG")
    }
    expectRefused([.init(png: Array(frame.png.prefix(33)), milliseconds: 1)], "no pixels")
  }

  /// Another program reads the same frames.
  @Test(.enabled(if: Pillow.isInstalled)) func pillowReadsTheFrames() throws {
    let folder = try TemporaryFolder()
    try Data(try Self.animation([10, 20, 30])).write(
      to: URL(fileURLWithPath: folder.path + "/a.png"))
    let output = try Pillow.run(
      """
      from PIL import Image, ImageSequence
      image = Image.open("\(folder.path)/a.png")
      print(image.n_frames, [frame.convert("L").getpixel((1, 1))
        for frame in ImageSequence.Iterator(image)], image.info["duration"])
      """)
    #expect(output == "3 [10, 20, 30] 200.0\n")
  }

  /// Python with its package Pillow.
  private enum Pillow {
    static let isInstalled = (try? run("import PIL")) == ""

    /// Returns what a Python program prints; nil if it fails.
    static func run(_ program: String) throws -> String? {
      let (process, pipe) = (Process(), Pipe())
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = ["python3", "-c", program]
      (process.standardOutput, process.standardError) = (pipe, FileHandle.nullDevice)
      try process.run()
      let output = pipe.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      return process.terminationStatus == 0 ? String(decoding: output, as: UTF8.self) : nil
    }
  }
}
