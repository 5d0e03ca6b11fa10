/// What the header of an .npy file says (NumPy's NEP 1, versions 1.0, 2.0 and 3.0).
///
/// Six bytes of magic and two of the version come first, then the length of a Python dict,
/// little-endian, then the dict, such as
/// `{'descr': '|u1', 'fortran_order': False, 'shape': (60000, 28, 28), }`.
struct NPYHeader: Equatable {
  /// The type of an element.
  let elementType: NPYElementType
  /// Whether the first index runs fastest.
  let isFortranOrder: Bool
  /// The sizes of the dimensions, not negative.
  let shape: [Int]
  /// The number of bytes before the elements.
  let byteCount: Int

  /// The first bytes of a file.
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  /// The longest accepted dict, which is NumPy's limit too.
  private static let maximumDictBytes = 10_000

  /// Why a header cannot be read.
  enum Failure: Error, Equatable {
    /// The bytes are not a header.
    case malformed(String)
    /// Elements that have fields.
    case structured
    /// A text that is not a type of elements.
    case unknownType(String)
  }

  /// Parses the beginning of a file.
  /// - Throws: `Failure`.
  init(_ bytes: ArraySlice<UInt8>) throws(Failure) {
    guard bytes.starts(with: Self.magic) else {
      throw .malformed("it does not begin as an .npy file does")
    }
    guard let major = bytes.littleEndian(at: 6, count: 1) else {
      throw .malformed("its header is cut off")
    }
    guard (1...3).contains(major) else {
      throw .malformed("its version is \(major), not 1 to 3")
    }
    let lengthBytes = major == 1 ? 2 : 4
    let start = 8 + lengthBytes
    guard let length = bytes.littleEndian(at: 8, count: lengthBytes) else {
      throw .malformed("its header is cut off")
    }
    guard length <= Self.maximumDictBytes else {
      throw .malformed(
        "its header claims \(length) bytes, more than \(Self.maximumDictBytes)")
    }
    guard length <= bytes.count - start else { throw .malformed("its header is cut off") }
    let first = bytes.startIndex + start
    var parser = NPYDictParser(bytes[first..<first + length])
    let dict = try parser.parse()
    guard let elementType = NPYElementType(dict.type) else { throw .unknownType(dict.type) }
    self.elementType = elementType
    isFortranOrder = dict.isFortranOrder
    shape = dict.shape
    byteCount = start + length
  }

  /// The number of bytes of all elements; nil if it is larger than an `Int`.
  var dataBytes: Int? {
    shape.reduce(elementType.size) { product, size in
      guard let product else { return nil }
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      return overflow ? nil : next
    }
  }
}
