import Files
import Foundation
import TestFiles
import Testing

@testable import GPUTensor

/// The folder of compiled kernels, with files like POCL's.
@Suite struct DriverCacheTests {
  private let folder: TemporaryFolder
  private let cache: DriverCache
  private let program = "AB/CDEFGHIJKLMNOPABCDEFGHIJKLMNOPABCDEFG"
  private var kernel: String { "\(program)/gemm/1-1-1/gemm.so" }

  init() throws {
    folder = try TemporaryFolder()
    let own = "\(folder.path)/own/pocl"
    cache = try #require(DriverCache.choose(given: nil, own: [own]).cache)
    #expect(cache.folder == own)
    try write(completeLibrary, kernel)
    try write(
      [0x42, 0x43, 0xC0, 0xDE, 5, 0, 0, 0, 1, 0, 0, 0, 9, 9, 9, 9], "\(program)/program.bc")
  }

  /// An ELF file of a header and two section headers, of 64 bytes each.
  private let completeLibrary: [UInt8] = {
    var file = [UInt8](repeating: 0, count: 64 * 3)
    file.replaceSubrange(0..<5, with: [0x7F, 0x45, 0x4C, 0x46, 2])
    (file[40], file[58], file[60]) = (64, 64, 2)
    return file
  }()

  /// A bitcode block of one word.
  private let completeBitcode: [UInt8] = [
    0x42, 0x43, 0xC0, 0xDE, 5, 0, 0, 0, 1, 0, 0, 0, 9, 9, 9, 9,
  ]

  private func write(_ bytes: [UInt8], _ name: String) throws {
    let path = "\(cache.folder)/\(name)"
    try createFolder((path as NSString).deletingLastPathComponent)
    try AtomicFile.write(bytes, to: path)
  }

  private var exists: Bool { isFolder("\(cache.folder)/\(program)") }

  @Test func completeFilesAreKept() throws {
    #expect(cache.removeDamaged() == 0)
    cache.seal()
    #expect(cache.isSealed)
    #expect(cache.removeDamaged() == 0)
    #expect(exists)
    // Files from after the seal must be complete.
    try write(completeLibrary, "\(program)/adam/1-1-1/adam.so")
    #expect(cache.removeDamaged() == 0)
    cache.clear()
    #expect(!exists)
  }

  @Test(arguments: [false, true]) func aShortFileIsDamaged(isSealed: Bool) throws {
    let damages: [(String, [UInt8])] = [
      (kernel, Array(completeLibrary.dropLast())), (kernel, []), (kernel, [0x7F, 0x45]),
      (kernel, Array("hello\n".utf8)), ("\(program)/program.bc", [0x42, 0x43, 0xC0, 0xDE]),
      ("\(program)/program.bc", [0x42, 0x43, 0xC0, 0xDE, 5, 0, 0, 0, 2, 0, 0, 0, 9, 9, 9, 9]),
    ]
    for (name, bytes) in damages {
      if isSealed { cache.seal() }
      try write(bytes, name)
      #expect(cache.removeDamaged() == 1)
      #expect(!exists)
      try write(completeLibrary, kernel)
      try write(completeBitcode, "\(program)/program.bc")
    }
  }

  @Test func aSealedFileMayNotChange() throws {
    cache.seal()
    var changed = completeLibrary
    changed[100] = 7
    try write(changed, kernel)
    #expect(cache.removeDamaged() == 1)
    #expect(!exists)
  }

  /// POCL has ended a process, so any file may be damaged.
  @Test func aSuspicionRemovesAll() throws {
    try AtomicFile.write("", to: cache.suspicionPath)
    #expect(cache.removeDamaged() == 1)
    #expect(!exists)
    #expect(!isRegularFile(cache.suspicionPath))
  }

  @Test func filesOfOthersStay() throws {
    try write([1], "notes.so")
    try write([1], "other/x.so")
    #expect(cache.removeDamaged() == 0)
    cache.clear()
    #expect(isRegularFile("\(cache.folder)/notes.so"))
    #expect(isRegularFile("\(cache.folder)/other/x.so"))
  }

  @Test func aPrivateFolderIsClosedToOthers() throws {
    var status = stat()
    #expect(stat(cache.folder, &status) == 0 && status.st_mode & 0o777 == 0o700)
    chmod(cache.folder, 0o777)
    let again = DriverCache.choose(given: nil, own: [cache.folder])
    #expect(again.cache?.folder == cache.folder)
    #expect(stat(cache.folder, &status) == 0 && status.st_mode & 0o777 == 0o700)
  }

  @Test func theNextFolderIsUsedIfOneIsUnusable() throws {
    let (file, link) = ("\(folder.path)/file", "\(folder.path)/link")
    try AtomicFile.write("x", to: file)
    symlink(cache.folder, link)
    let (chosen, problems) = DriverCache.choose(
      given: "\(file)/given", own: [link, file, "\(folder.path)/next"])
    #expect(chosen?.folder == "\(folder.path)/next")
    #expect(
      problems == [
        "\(file)/given (Not a directory)", "\(link) (not a folder)", "\(file) (not a folder)",
      ])
    let none = DriverCache.choose(given: nil, own: [file])
    #expect(none.cache == nil && none.problems == ["\(file) (not a folder)"])
  }

  /// A folder named by the user keeps its permissions: others may share it.
  @Test func aGivenFolderIsUnchanged() throws {
    let given = "\(folder.path)/given"
    try createFolder(given)
    chmod(given, 0o770)
    #expect(DriverCache.choose(given: given, own: []).cache?.folder == given)
    var status = stat()
    #expect(stat(given, &status) == 0 && status.st_mode & 0o777 == 0o770)
  }
}
