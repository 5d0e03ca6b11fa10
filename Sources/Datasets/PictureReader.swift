import Files
import Images
import Synchronization

/// The number of files of a data set that were read, and of all.
public struct ReadingProgress: Sendable, Equatable {
  /// The files that were read.
  public let done: Int
  /// All files to read.
  public let count: Int
}

/// Decodes the pictures of a data set on all cores, as a preparation asks.
struct PictureReader {
  let preparation: ImagePreparation
  /// The folder in which images are kept for the next time; nil to keep none.
  var cacheFolder: String?
  /// Called after each picture, from any thread.
  var onProgress: (@Sendable (ReadingProgress) -> Void)?

  /// The largest file of a picture that is read.
  private static let maximumFileBytes = 512 << 20

  /// Pictures as images of one shape.
  struct Reading: Equatable {
    /// The shape of the images.
    let shape: ImageShape
    /// (count, height, width, channels): the images, without those of damaged files.
    var pixels: Pixels
    /// The formats, sizes and channels of the pictures before their conversion.
    var survey = PictureSurvey()
    /// The places of the files that were left out, with the reasons.
    var damaged: [Int: String] = [:]

    /// Whether any picture was scaled.
    var isScaled: Bool { !survey.areAll(width: shape.width, height: shape.height) }
  }

  /// Decides the shape of the images: that which is asked for, else that which the model takes,
  /// else the pictures' own.
  ///
  /// - Parameters:
  ///   - files: The pictures.
  ///   - place: Their folder, for the error.
  /// - Throws: `DatasetError` if the model does not take the shape, if pictures have different
  ///   sizes and nothing says which to take, or if one is damaged; `FileError`.
  func shape(of files: [String], in place: String) throws -> ImageShape {
    let wanted = preparation.wanted
    let size = preparation.size ?? wanted.map { ImageSize(width: $0.width, height: $0.height) }
    let channels = preparation.channels ?? wanted?.channels
    if let size, let channels {
      let shape = ImageShape(height: size.height, width: size.width, channels: channels)
      try preparation.check(shape, of: place)
      return shape
    }
    let headers = try headers(of: files)
    // If all pictures are damaged, `read` reports them.
    guard let first = headers.first else { return .mnist }
    let own = try size ?? commonSize(of: headers, first: first)
    return ImageShape(
      height: own.height, width: own.width,
      channels: channels ?? headers.map(\.channels).max() ?? 1)
  }

  /// What a picture's header says.
  private typealias Header = (path: String, size: ImageSize, channels: Int)

  private func commonSize(of headers: [Header], first: Header) throws -> ImageSize {
    guard let odd = headers.first(where: { $0.size != first.size }) else { return first.size }
    if let given = preparation.sizeOfDifferent { return given }
    throw DatasetError.unusable(
      path: odd.path,
      reason: "it has \(odd.size.words) pixels, and \(first.path) has \(first.size.words)",
      advice: "add --image-size, such as --image-size 64, to scale all pictures")
  }

  /// Reads the headers of all pictures; without those of damaged ones, if these are left out.
  private func headers(of files: [String]) throws -> [Header] {
    let found = Lock([ImageShape?](repeating: nil, count: files.count))
    let failures = forEach(files) { index, bytes in
      let shape = try PictureHeader(of: bytes).shape
      found.withLock { $0[index] = shape }
    }
    if !preparation.skipsDamaged { try failures.throwFirst() }
    return zip(files, found.withLock(\.self)).compactMap { path, shape in
      shape.map { (path, ImageSize(width: $0.width, height: $0.height), $0.channels) }
    }
  }

  /// Reads pictures as images of a shape.
  ///
  /// - Throws: `DatasetError` for the first file that is damaged, unless these are left out;
  ///   `FileError`.
  func read(_ files: [String], as shape: ImageShape) throws -> Reading {
    let size = shape.elements
    let survey = Lock(PictureSurvey())
    let done = Atomic(0)
    var pixels = [UInt8](repeating: 0, count: files.count * size)
    let failures = pixels.withUnsafeMutableBufferPointer { pixels in
      // Each picture writes only to its own image.
      nonisolated(unsafe) let pixels = pixels
      return forEach(files) { index, bytes in
        defer {
          let number = done.add(1, ordering: .relaxed).newValue
          onProgress?(ReadingProgress(done: number, count: files.count))
        }
        let header = try PictureHeader(of: bytes)
        let picture = try Picture(decoding: bytes, background: preparation.background)
        let image = preparation.image(of: picture, as: shape)
        _ = UnsafeMutableBufferPointer(rebasing: pixels[index * size..<(index + 1) * size])
          .update(fromContentsOf: image.pixels)
        survey.withLock { $0.add(header) }
      }
    }
    if !preparation.skipsDamaged { try failures.throwFirst() }
    let damaged = failures.reasons
    pixels.leaveOut(damaged, of: files.count)
    return Reading(
      shape: shape, pixels: Pixels(pixels), survey: survey.withLock(\.self), damaged: damaged)
  }

  /// Calls `body` with the content of each file, on all cores.
  ///
  /// - Returns: The errors. If damaged files are not left out, the first of them is among these.
  private func forEach(
    _ files: [String], _ body: @Sendable (Int, [UInt8]) throws -> Void
  ) -> Failures {
    let failures = Lock(Failures(files: files))
    forEachInParallel(files.count) { index in
      // Files after a damaged one need not be read, unless it is left out.
      let isWanted = failures.withLock { failures in
        preparation.skipsDamaged || failures.errors.keys.allSatisfy { index < $0 }
      }
      guard isWanted else { return }
      do {
        try body(index, try readFile(path: files[index], maximumBytes: Self.maximumFileBytes))
      } catch {
        failures.withLock { $0.errors[index] = error }
      }
    }
    return failures.withLock(\.self)
  }
}

extension [UInt8] {
  /// Removes the images of damaged files from those of `files` files.
  fileprivate mutating func leaveOut(_ damaged: [Int: String], of files: Int) {
    guard !damaged.isEmpty else { return }
    let size = count / files
    var kept = 0
    for index in 0..<files where damaged[index] == nil {
      if kept < index {
        for element in 0..<size { self[kept * size + element] = self[index * size + element] }
      }
      kept += 1
    }
    removeLast((files - kept) * size)
  }
}

/// The errors of files, by their places.
private struct Failures {
  let files: [String]
  var errors: [Int: any Error] = [:]

  /// Why each file cannot be used.
  var reasons: [Int: String] {
    errors.mapValues { error in
      if case ImageError.decoding(let reason) = error { reason } else { "\(error)" }
    }
  }

  /// Throws the error of the first file that has one.
  func throwFirst() throws {
    guard let (index, error) = errors.min(by: { $0.key < $1.key }) else { return }
    guard case ImageError.decoding(let reason) = error else { throw error }
    throw DatasetError.unusable(
      path: files[index], reason: reason,
      advice: "replace it, or leave out such files with --skip-damaged")
  }
}

extension ImageSize {
  /// The width and height, such as `300×200`.
  fileprivate var words: String { "\(width)×\(height)" }
}
