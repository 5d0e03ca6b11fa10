import Files
import Images

/// The binary version of CIFAR-10 or CIFAR-100 (Krizhevsky: Learning multiple layers of features
/// from tiny images, 2009): files of records, each of a label, or CIFAR-100's coarse and fine
/// labels, and the red, green and blue values of 32×32 pixels.
package struct CIFAR: Equatable, Sendable {
  /// The folder that its archive unpacks to.
  package let folderName: String
  private let trainFiles: [String]
  private let testFile: String
  /// The file with a line for each class.
  private let namesFile: String
  private let classCount: Int
  /// The labels before an image. Only the last one is read.
  private let labelBytes: Int

  /// CIFAR-10.
  package static let ten = CIFAR(
    folderName: "cifar-10-batches-bin", trainFiles: (1...5).map { "data_batch_\($0).bin" },
    testFile: "test_batch.bin", namesFile: "batches.meta.txt", classCount: 10, labelBytes: 1)
  /// CIFAR-100, with its fine labels.
  package static let hundred = CIFAR(
    folderName: "cifar-100-binary", trainFiles: ["train.bin"], testFile: "test.bin",
    namesFile: "fine_label_names.txt", classCount: 100, labelBytes: 2)

  private static let shape = ImageShape(height: 32, width: 32, channels: 3)
  /// Limits on the sizes of files: CIFAR-100's training images take 154 MB, the names 1 KB.
  private static let (maximumFileBytes, maximumNamesBytes) = (1 << 30, 4096)

  /// A set in a folder.
  package struct Folder: Equatable, Sendable {
    /// The folder that has the files: the one searched, or the archive's below it.
    package let path: String
    /// The format of the files.
    package let format: CIFAR
    /// The paths of the files that are there.
    package var files: [String] {
      format.fileNames.map { "\(path)/\($0)" }.filter(isRegularFile)
    }

    /// The names of files of images that are not there.
    package var missing: [String] {
      (format.trainFiles + [format.testFile]).filter { !isRegularFile("\(path)/\($0)") }
    }

    /// Searches a folder; nil if it has no set. CIFAR-100's files count only if the file of its
    /// class names is there too, since names such as `train.bin` are common.
    package init?(_ path: String) {
      for format in [CIFAR.ten, .hundred] {
        for place in [path, "\(path)/\(format.folderName)"] {
          let names =
            format == .hundred ? [format.namesFile] : format.trainFiles + [format.testFile]
          if names.contains(where: { isRegularFile("\(place)/\($0)") }) {
            (self.path, self.format) = (place, format)
            return
          }
        }
      }
      return nil
    }

    /// Reads all files.
    /// - Throws: `DatasetError`, `FileError`.
    package func load() throws -> ImageArrays {
      try format.read(in: path) { name in
        let file = "\(path)/\(name)"
        return try isRegularFile(file)
          ? readFile(path: file, maximumBytes: CIFAR.maximumFileBytes)[...] : nil
      }
    }
  }

  private var fileNames: [String] { trainFiles + [testFile, namesFile] }

  /// Reads a set whose archive, a gzipped tar file, is in memory.
  /// - Parameter path: The archive's path, for the error.
  /// - Throws: `DatasetError`.
  package func read(archive bytes: [UInt8], path: String) throws -> ImageArrays {
    let files: [String: ArraySlice<UInt8>]
    do {
      files = try TarArchive(Gzip.unpack(bytes)).files
    } catch let failure as Gzip.Failure {
      throw DatasetError.malformed(path: path, reason: "\(failure)")
    } catch {
      throw DatasetError.malformed(path: path, reason: "its tar archive is damaged or cut off")
    }
    return try read(in: path) { files["\(folderName)/\($0)"] }
  }

  /// Reads the files that are there; some of the training images are enough.
  /// - Parameters:
  ///   - place: The folder, for errors and notes.
  ///   - content: Returns the content of the file with a name; nil if it is missing.
  /// - Throws: `DatasetError`, and what `content` throws.
  func read(
    in place: String, content: (String) throws -> ArraySlice<UInt8>?
  ) throws -> ImageArrays {
    var missing: [String] = []
    func images(_ names: [String]) throws -> ImageSet? {
      var (pixels, labels): ([UInt8], [UInt8]) = ([], [])
      for name in names {
        if let records = try content(name) {
          try append(records, to: &pixels, &labels, path: "\(place)/\(name)")
        } else {
          missing.append(name)
        }
      }
      return labels.isEmpty ? nil : ImageSet(pixels: pixels, shape: Self.shape, labels: labels)
    }
    guard let train = try images(trainFiles) else {
      throw DatasetError.unusable(
        path: place, reason: "it lacks \(trainFiles.firstFew)",
        advice: "unpack the whole archive there")
    }
    let validation = try images([testFile])
    let names = try content(namesFile).map { try classNames($0, path: "\(place)/\(namesFile)") }
    return try ImageArrays(
      train: train, validation: validation, classNames: names ?? [],
      notes: missing.isEmpty ? [] : ["\(place) lacks \(missing.joined(separator: ", "))"],
      path: place)
  }

  /// Appends the pixels of records, with the colours of each pixel side by side, and their labels.
  private func append(
    _ records: ArraySlice<UInt8>, to pixels: inout [UInt8], _ labels: inout [UInt8], path: String
  ) throws {
    let (area, imageBytes) = (Self.shape.height * Self.shape.width, Self.shape.elements)
    let recordBytes = labelBytes + imageBytes
    guard !records.isEmpty, records.count.isMultiple(of: recordBytes) else {
      throw DatasetError.malformed(
        path: path,
        reason: "it has \(records.count) bytes, not a multiple of a record's \(recordBytes)")
    }
    let (old, count) = (pixels.count, records.count / recordBytes)
    pixels += [UInt8](repeating: 0, count: count * imageBytes)
    labels += stride(from: labelBytes - 1, to: records.count, by: recordBytes).map {
      records[records.startIndex + $0]
    }
    if let wrong = labels.first(where: { $0 >= classCount }) {
      throw DatasetError.malformed(
        path: path, reason: "it has the label \(wrong), not only 0 to \(classCount - 1)")
    }
    pixels.withUnsafeMutableBufferPointer { pixels in
      records.withUnsafeBufferPointer { records in
        for image in 0..<count {
          let from = image * recordBytes + labelBytes
          let to = old + image * imageBytes
          for pixel in 0..<area {
            for colour in 0..<3 {
              pixels[to + pixel * 3 + colour] = records[from + colour * area + pixel]
            }
          }
        }
      }
    }
  }

  private func classNames(_ content: ArraySlice<UInt8>, path: String) throws -> [String] {
    let lines = content.prefix(Self.maximumNamesBytes).split { [0x0A, 0x0D].contains($0) }
    let names = lines.map { String(decoding: $0, as: UTF8.self) }
    guard names.count == classCount, Set(names).count == classCount else {
      throw DatasetError.malformed(
        path: path, reason: "it has \(names.count) lines, not the names of \(classCount) classes")
    }
    return names
  }
}
