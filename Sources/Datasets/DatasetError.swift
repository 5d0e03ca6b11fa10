/// Why a data set cannot be loaded.
public enum DatasetError: Error, CustomStringConvertible, Equatable, Sendable {
  /// A name of no known set; without a slash, it is not a folder either.
  case unknownName(String, known: [String])
  /// None of the folders has any file of the set.
  case notFound(name: String, folders: [String], alike: [String] = [], hint: String)
  /// A folder that does not exist, or is a file.
  case missingFolder(String, hint: String)
  /// Some files are missing; `alike` are files with similar names.
  case incomplete(folder: String, missing: [String], alike: [String] = [], hint: String)
  /// A folder with IDX files of several sets.
  case severalSets(folder: String, names: [String])
  /// A file whose form does not match its name.
  case malformed(path: String, reason: String)
  /// A valid file whose content is not of a kind that can be trained on.
  case unusable(path: String, reason: String, advice: String)
  /// A file of the right form whose content is damaged or another set's.
  case wrongContent(path: String, name: String, digest: String, hint: String)
  /// A valid file of another known set.
  case otherSet(path: String, name: String, other: String)
  /// The numbers of images and labels differ.
  case countMismatch(images: String, imageCount: Int, labels: String, labelCount: Int)
  /// A folder with more folders of classes than there are labels.
  case tooManyClasses(path: String, count: Int, most: Int)
  /// A folder without validation images, and with too few images to hold one out.
  case tooFewImages(path: String)
  /// No `curl` program in any folder of `PATH`.
  case noCurl
  /// A file that could not be downloaded, or whose downloaded content is wrong.
  case download(url: String, reason: String)

  /// One line: what failed, on what, and what to do.
  public var description: String {
    switch self {
    case .unknownName(let name, let known):
      "unknown data set \"\(name)\"; known are \(known.joined(separator: ", "))"
        + (name.contains("/") ? "" : "; write a folder with a slash, as ./\(name)")
    case .notFound(let name, let folders, let alike, let hint):
      "no \(name) data in \(folders.joined(separator: " or "))\(Self.but(alike)); \(hint)"
    case .missingFolder(let path, let hint):
      "the data folder \(path) does not exist; \(hint)"
    case .incomplete(let folder, let missing, let alike, let hint):
      "\(folder) lacks \(missing.joined(separator: " and ")) (with or without .gz)"
        + "\(Self.but(alike)); \(hint)"
    case .severalSets(let folder, let names):
      "\(folder) has several data sets, \(names.joined(separator: ", ")); "
        + "move the files of one into a folder of their own"
    case .malformed(let path, let reason):
      "\(path) is not a usable data file: \(reason); replace it"
    case .unusable(let path, let reason, let advice):
      "\(path) cannot be used: \(reason); \(advice)"
    case .wrongContent(let path, let name, let digest, let hint):
      "\(path) is damaged or not \(name): its \(digest) differs; \(hint)"
    case .otherSet(let path, let name, let other):
      "\(path) is a file of \(other), not of \(name); "
        + "'gputrain data fetch \(name)' downloads that into its own folder"
    case .countMismatch(let images, let imageCount, let labels, let labelCount):
      "\(images) has \(imageCount) images but \(labels) has \(labelCount) labels; replace the pair"
    case .tooManyClasses(let path, let count, let most):
      "\(path) has \(count) folders of pictures, but at most \(most) classes are allowed; "
        + "put all pictures into one folder to train without classes"
    case .tooFewImages(let path):
      "\(path) has only one image, and one must be held out for validation; add images"
    case .noCurl:
      "cannot download: no curl program in PATH; install curl"
    case .download(let url, let reason):
      "cannot fetch \(url): \(reason); check the network or name another --mirror"
    }
  }

  private static func but(_ alike: [String]) -> String {
    alike.isEmpty ? "" : ", but there is \(alike.firstFew)"
  }
}
