/// Another kind of file that is mistaken for a safetensors file, recognized by its first bytes.
public enum ForeignFormat: Sendable {
  /// A zip archive, which PyTorch's `torch.save` has written since version 1.6.
  case zip
  /// A bare pickle, which older versions wrote.
  case pickle
  /// The few lines that Git LFS keeps in a repository instead of a large file.
  case gitLFSPointer
  /// An HTML page, such as a download page, instead of the file.
  case webPage

  /// Recognizes the format by the first bytes; nil if it is none of these.
  init?(of bytes: [UInt8]) {
    if bytes.starts(with: "PK\u{3}\u{4}".utf8) {
      self = .zip
    } else if bytes.first == 0x80, bytes.count > 1, (2...5).contains(bytes[1]) {
      self = .pickle
    } else if bytes.starts(with: "version https://git-lfs".utf8) {
      self = .gitLFSPointer
    } else if bytes.starts(with: "<!".utf8) || bytes.starts(with: "<html".utf8) {
      self = .webPage
    } else {
      return nil
    }
  }

  /// What the file is, and what to do.
  var description: String {
    let convert = "load it in PyTorch and save its tensors with safetensors.torch.save_file"
    return switch self {
    case .zip: "it is a zip archive, as torch.save writes (.pt); \(convert)"
    case .pickle: "it is a pickle, as older versions of torch.save wrote (.pt); \(convert)"
    case .gitLFSPointer: "it is a Git LFS pointer instead of the file; fetch it with git lfs pull"
    case .webPage: "it is a web page; download the file itself"
    }
  }
}
