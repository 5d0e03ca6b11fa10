/// Reads the images and labels of .npz files: zip archives of .npy files, stored or deflated
/// (`numpy.savez`, `numpy.savez_compressed`).
package enum NPZ {
  /// Returns the arrays that `ArrayNames` identifies. Others are not unpacked.
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - path: Its path, for the error.
  /// - Throws: `DatasetError`.
  package static func read(_ bytes: [UInt8], path: String) throws -> ImageArrays {
    let file = try File(bytes, path: path)
    guard let names = ArrayNames(file.names) else {
      throw ArrayNames.unclear(path, file.names)
    }
    let leftOut = names.leftOut + file.others
    return try ImageArrays(
      train: file.images(names.train), validation: names.validation.map(file.images),
      notes: leftOut.isEmpty ? [] : ["not read: \(leftOut.firstFew)"], path: path)
  }

  private struct File {
    private let path: String
    private let archive: ZipArchive
    /// The members by the names of their arrays.
    private let arrays: [String: ZipArchive.Member]
    /// The names of arrays, in the order of the file.
    let names: [String]
    /// The names of members that are not arrays.
    let others: [String]

    init(_ bytes: [UInt8], path: String) throws {
      self.path = path
      do throws(ZipArchive.Failure) {
        archive = try ZipArchive(bytes)
      } catch {
        throw DatasetError.malformed(path: path, reason: error.reason)
      }
      let ending = ".npy"
      let members = archive.members.filter { $0.name.hasSuffix(ending) }
      names = members.map { String($0.name.dropLast(ending.count)) }
      arrays = Dictionary(zip(names, members)) { first, _ in first }
      others = archive.members.map(\.name).filter { !$0.hasSuffix(ending) }
    }

    func images(_ pair: ArrayNames.Pair) throws -> ImageSet {
      try ImageSet(pair) { (try content($0), place($0)) }
    }

    private func content(_ name: String) throws -> ArraySlice<UInt8> {
      guard let member = arrays[name] else { return [] }
      do throws(ZipArchive.Failure) {
        return try archive.content(of: member)
      } catch {
        throw DatasetError.malformed(path: place(name), reason: error.reason)
      }
    }

    /// Returns the place of an array, for errors.
    private func place(_ name: String) -> String { "\(path) (\(name))" }
  }
}
