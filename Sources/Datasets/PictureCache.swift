import CZlib
import Files
import Foundation
import Images

/// Images that were made of pictures, kept in a file:
///
/// | bytes | content |
/// |---|---|
/// | 24 | `gputrain pictures 1` and zeros |
/// | 8, 8 | the lengths of the next two parts, little-endian |
/// | | what the images were made from: the preparation, then a line for each file |
/// | | JSON of `Info` |
/// | | the pixels, as in `PictureReader.Reading` |
///
/// A file counts as changed if its size or its time of modification is another.
struct PictureCache {
  private let folder: String
  private let manifest: [UInt8]

  /// Fewer pictures are not worth a file.
  private static let fewest = 256
  private static let headBytes = 40
  private static let magic = Array("gputrain pictures 1".utf8) + [UInt8](repeating: 0, count: 5)

  /// What is kept beside the pixels.
  private struct Info: Codable {
    let shape: [Int]
    let survey: PictureSurvey
    let damaged: [Int: String]
  }

  /// Finds the cache file for pictures; nil if they are too few, or one cannot be examined.
  init?(_ folder: String, of files: [String], _ preparation: ImagePreparation) {
    guard files.count >= Self.fewest else { return nil }
    var lines = ["\(preparation)"]
    for path in files {
      var status = stat()
      guard stat(path, &status) == 0 else { return nil }
      let time = status.st_mtim
      lines.append(
        "\(status.st_size) \(time.tv_sec) \(time.tv_nsec) "
          + URL(fileURLWithPath: path).standardizedFileURL.path)
    }
    self.folder = folder
    manifest = Array(lines.joined(separator: "\n").utf8)
  }

  /// The file. Another set with the same checksum would replace this one in it.
  private var path: String {
    let sum = manifest.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) }
    return "\(folder)/\(String(sum, radix: 16)).pictures"
  }

  /// Maps the images; nil if they are not there, of other files, or damaged.
  func read() -> PictureReader.Reading? {
    guard let file = try? MappedFile(path), file.count > Self.headBytes,
      file[0..<Self.magic.count] == Self.magic
    else { return nil }
    func length(at start: Int) -> Int {
      file[start..<start + 8].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
    let (first, second) = (length(at: 24), length(at: 32))
    let start = Self.headBytes + manifest.count
    let rest = file.count - start
    guard first == manifest.count, (0...max(0, rest)).contains(second),
      file[Self.headBytes..<start] == manifest,
      let info = try? JSONDecoder().decode(Info.self, from: Data(file[start..<start + second])),
      info.shape.count == 3
    else { return nil }
    let shape = ImageShape(height: info.shape[0], width: info.shape[1], channels: info.shape[2])
    let size = rest - second
    guard size == info.survey.count * shape.elements else { return nil }
    return PictureReader.Reading(
      shape: shape, pixels: Pixels(file, file.count - size..<file.count), survey: info.survey,
      damaged: info.damaged)
  }

  /// Keeps images. What cannot be written is not kept.
  func write(_ reading: PictureReader.Reading) {
    let info = Info(shape: reading.shape.sizes, survey: reading.survey, damaged: reading.damaged)
    guard let json = try? JSONEncoder().encode(info), (try? createFolder(folder)) != nil else {
      return
    }
    func bytes(_ length: Int) -> [UInt8] { (0..<8).map { UInt8(length >> (8 * $0) & 255) } }
    let head = Self.magic + bytes(manifest.count) + bytes(json.count) + manifest + json
    try? AtomicFile.write([Pixels(head), reading.pixels], to: path)
  }
}

extension PictureReader {
  /// Reads pictures, or finds their images in the cache folder.
  ///
  /// - Parameter place: Their folder, for errors.
  /// - Throws: What `shape(of:in:)` and `read(_:as:)` throw.
  func cached(_ files: [String], in place: String) throws -> Reading {
    let cache = cacheFolder.flatMap { PictureCache($0, of: files, preparation) }
    if let reading = cache?.read() { return reading }
    let reading = try read(files, as: try shape(of: files, in: place))
    cache?.write(reading)
    // The system can drop pages of a mapped file, unlike those of `reading`.
    return cache?.read() ?? reading
  }
}
