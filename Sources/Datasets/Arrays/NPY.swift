import Images

/// Reads images and labels of .npy files, NumPy's format of arrays (NEP 1).
package enum NPY {
  /// Returns images of an array of uint8: (count, height, width), (count, height, width, 1) or
  /// (count, height, width, 3). They have no labels.
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - path: Its path, for the error.
  /// - Throws: `DatasetError.malformed`; `DatasetError.unusable` for another type or shape.
  package static func images(_ bytes: ArraySlice<UInt8>, path: String) throws -> ImageSet {
    let array = try NPYArray(bytes, path: path)
    let type = array.header.elementType
    guard type == .uint8 else {
      let scaled = type.kind == "b" ? " * 255" : ""
      throw array.unusable(
        "its dtype is \(type.name), not uint8",
        "save values of 0 to 255 as images.astype(numpy.uint8)\(scaled)")
    }
    let shape = try imageShape(of: array)
    try array.checkOrder(named: "images")
    return ImageSet(pixels: Array(array.data), shape: shape, labels: nil)
  }

  /// Returns labels of 0 to 255 of an array of integers or bool: (count) or (count, 1).
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - path: Its path, for the error.
  /// - Throws: `DatasetError.malformed`; `DatasetError.unusable` for another type, shape or label.
  package static func labels(_ bytes: ArraySlice<UInt8>, path: String) throws -> [UInt8] {
    let array = try NPYArray(bytes, path: path)
    let (type, shape) = (array.header.elementType, array.header.shape)
    guard type.isInteger else {
      throw array.unusable(
        "its dtype is \(type.name), not one of integers",
        "save labels of 0 to 255 as labels.astype(numpy.uint8)")
    }
    guard shape.count == 1 || shape.count == 2 && shape[1] == 1 else {
      throw array.unusable(
        "its shape is \(array.shapeText), not (count) or (count, 1)",
        "give each image one label, as by labels.argmax(1)")
    }
    try array.checkCount()
    return try (0..<shape[0]).map { place in
      let value = array.integer(at: place)
      guard let label = UInt8(exactly: value) else {
        throw array.unusable(
          "label \(place) is \(value), not 0 to 255", "number the classes from 0, at most 256")
      }
      return label
    }
  }

  private static func imageShape(of array: NPYArray) throws -> ImageShape {
    let shape = array.header.shape
    guard shape.count == 3 || shape.count == 4 else { throw wrongShape(array) }
    let (last, isColour) = (shape[shape.count - 1], shape.count == 4)
    // Three sizes of which the last is 1 or 3 are a single picture.
    guard [1, 3].contains(last) == isColour else { throw wrongShape(array) }
    try array.checkCount()
    guard shape[1...2].allSatisfy((1...IDX.longestSide).contains) else {
      throw array.unusable(
        "its images are \(shape[1])×\(shape[2])",
        "use images with sides of 1 to \(IDX.longestSide)")
    }
    return ImageShape(height: shape[1], width: shape[2], channels: isColour ? last : 1)
  }

  private static func wrongShape(_ array: NPYArray) -> DatasetError {
    let shape = array.header.shape
    let advice =
      switch shape.count {
      case 2: "reshape it, as by images.reshape(-1, 28, 28)"
      case 3: "put the pictures into one array, as by numpy.stack(images)"
      case 4 where [1, 3].contains(shape[1]):
        "put the channels last with numpy.moveaxis(images, 1, -1)"
      case 4 where shape[3] == 4: "leave out the transparency, as by images[..., :3]"
      default: "give it that shape with images.reshape"
      }
    return array.unusable(
      "its shape is \(array.shapeText), not (count, height, width) or (count, height, width, 3)",
      advice)
  }
}

/// An .npy file whose data are as long as its header claims.
private struct NPYArray {
  let header: NPYHeader
  /// The bytes of the elements.
  let data: ArraySlice<UInt8>
  private let path: String

  init(_ bytes: ArraySlice<UInt8>, path: String) throws {
    self.path = path
    do {
      header = try NPYHeader(bytes)
    } catch {
      throw error.asDatasetError(path: path)
    }
    data = bytes.dropFirst(header.byteCount)
    // The length of texts and of what only Python reads is not checked: such types are refused.
    guard !"uibf".contains(header.elementType.kind) || data.count == header.dataBytes else {
      let claimed = header.dataBytes.map { "\($0)" } ?? "more than \(Int.max)"
      throw DatasetError.malformed(
        path: path, reason: "it has \(data.count) bytes of data, but its header claims \(claimed)")
    }
  }

  /// The sizes as Python writes them.
  var shapeText: String { "(\(header.shape.map(String.init).joined(separator: ", ")))" }

  func unusable(_ reason: String, _ advice: String) -> DatasetError {
    .unusable(path: path, reason: reason, advice: advice)
  }

  func checkCount() throws {
    guard (1...IDX.maximumItems).contains(header.shape[0]) else {
      throw unusable(
        "it has \(header.shape[0]) items", "use an array of 1 to \(IDX.maximumItems)")
    }
  }

  func checkOrder(named name: String) throws {
    guard !header.isFortranOrder else {
      throw unusable(
        "it is in Fortran's order", "save it as numpy.ascontiguousarray(\(name))")
    }
  }

  /// Returns an element of an array of integers; one above `Int.max` becomes that.
  func integer(at place: Int) -> Int {
    let size = header.elementType.size
    let start = data.startIndex + place * size
    let bytes = data[start..<start + size]
    let ordered = header.elementType.isBigEndian ? Array(bytes) : bytes.reversed()
    let bits = ordered.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard header.elementType.kind == "i" else { return Int(clamping: bits) }
    let unused = 64 - 8 * size
    return Int(Int64(bitPattern: bits << unused) >> unused)
  }
}

extension NPYHeader.Failure {
  fileprivate func asDatasetError(path: String) -> DatasetError {
    switch self {
    case .malformed(let reason): .malformed(path: path, reason: reason)
    case .structured:
      .unusable(
        path: path, reason: "its elements have fields",
        advice: "save each field as an array of its own")
    case .unknownType(let text):
      .unusable(
        path: path, reason: "its dtype \"\(text)\" is unknown",
        advice: "save images as images.astype(numpy.uint8)")
    }
  }
}
