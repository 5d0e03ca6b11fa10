/// Why a picture could not be made.
public enum ImageError: Error, Equatable, CustomStringConvertible {
  /// The number of values does not fit the picture's shape.
  case size(values: Int, shape: ImageShape)
  /// libpng failed; the text is its message.
  case encoding(String)
  /// The bytes are not a usable PNG or JPEG file; the text says why.
  case decoding(String)

  /// One line: what failed and on what.
  public var description: String {
    switch self {
    case .size(let values, let shape):
      "\(values) values do not make whole pictures of \(shape); check the shape"
    case .encoding(let message):
      "cannot encode a PNG picture: \(message); check the picture's size and the free memory"
    case .decoding(let message):
      "not a usable picture: \(message); replace the file"
    }
  }
}
