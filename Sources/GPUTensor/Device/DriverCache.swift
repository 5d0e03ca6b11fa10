import Files
import Foundation

/// The folder in which POCL keeps compiled kernels: `XX/HASH/` for each program, with `program.bc`
/// and `KERNEL/SIZES/KERNEL.so` below it.
///
/// POCL ends the process if it cannot write or load files there, or if a file is damaged. So the
/// folder and its files are checked before POCL uses them.
package struct DriverCache: Sendable {
  /// Its path.
  package let folder: String

  /// The path of the seal: a file that lists the files that were complete when `seal` was last
  /// called, with their sizes and times.
  private var sealPath: String { "\(folder)/gputrain-seal" }

  /// Returns a cache in the first folder that can be used, and why those before it cannot.
  ///
  /// - Parameters:
  ///   - given: The folder that the user chose, which other users may share; nil for none.
  ///   - own: Folders for this user alone, created with mode 0700, in order of preference.
  static func choose(given: String?, own: [String]) -> (cache: DriverCache?, problems: [String]) {
    var problems: [String] = []
    for (folder, isPrivate) in (given.map { [($0, false)] } ?? []) + own.map({ ($0, true) }) {
      guard let problem = Self.problem(of: folder, isPrivate: isPrivate) else {
        return (DriverCache(folder: folder), problems)
      }
      problems.append("\(folder) (\(problem))")
    }
    return (nil, problems)
  }

  /// Returns why POCL cannot use a folder; nil if it can. Creates the folder if it is missing.
  private static func problem(of folder: String, isPrivate: Bool) -> String? {
    (isPrivate ? privateFolderProblem(folder) : folderProblem(folder))
      ?? usageProblem(of: folder) ?? foreignEntry(in: folder)
  }

  /// The least free space that a folder must have, in bytes: the kernels of a model take 1 to 4 MB.
  private static let leastSpace = 16 << 20

  /// The fewest files that a folder must have room for: a model's kernels take some 200.
  private static let leastFiles = 1000

  /// Returns why files cannot be written to and executed from a folder; nil if they can.
  private static func usageProblem(of folder: String) -> String? {
    if let free = freeBytes(for: folder), free < leastSpace {
      return "less than \(leastSpace >> 20) MB free"
    }
    var status = statvfs()
    if statvfs(folder, &status) == 0, status.f_files > 0, status.f_favail < leastFiles {
      return "room for less than \(leastFiles) files"
    }
    var limit = rlimit()
    if getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0,
      limit.rlim_cur < leastSpace / 16
    {
      return "the limit on the size of files, ulimit -f, is \(limit.rlim_cur >> 10) KiB"
    }
    var name = Array("\(folder)/test-XXXXXX".utf8CString)
    let descriptor = mkstemp(&name)
    guard descriptor >= 0 else { return String(cString: strerror(errno)) }
    defer {
      close(descriptor)
      unlink(name)
    }
    let page = [UInt8](repeating: 0, count: 4096)
    guard write(descriptor, page, page.count) == page.count else {
      return String(cString: strerror(errno))
    }
    let place = mmap(nil, page.count, PROT_READ | PROT_EXEC, MAP_PRIVATE, descriptor, 0)
    guard let place, place != MAP_FAILED else { return "files in it may not be executed" }
    munmap(place, page.count)
    return nil
  }

  /// Finds an entry that POCL could not write into, such as another user's.
  private static func foreignEntry(in folder: String) -> String? {
    let cache = DriverCache(folder: folder)
    let entries = cache.groups + cache.programs
    let foreign = entries.first { access("\(folder)/\($0)", R_OK | W_OK | X_OK) != 0 }
    return foreign.map { "no permission for \($0) in it" }
  }

  /// The path of a file that is written when POCL ends the process. The next process then removes
  /// all programs.
  package var suspicionPath: String { "\(folder)/gputrain-suspicion" }

  /// Removes programs with a damaged file: one that has changed since it was sealed, or one that
  /// was never sealed and is not complete.
  ///
  /// - Returns: The number of programs removed.
  @discardableResult
  package func removeDamaged() -> Int {
    let isSuspicious = unlink(suspicionPath) == 0
    let files = self.files
    guard isSuspicious || Self.text(files) != sealText else { return 0 }
    let sealed = self.sealed
    let damaged = files.filter { file in
      sealed[file.name].map { $0 != file.stamp } ?? !isComplete("\(folder)/\(file.name)")
    }
    let removed = isSuspicious ? Set(programs) : Set(damaged.map(\.program))
    for program in removed { remove(program) }
    return removed.count
  }

  /// Removes all programs.
  package func clear() {
    for program in programs { remove(program) }
  }

  /// Lists the files that are complete in the seal, so that `removeDamaged` notices later changes.
  /// A file that has changed since the last seal keeps its old entry.
  package func seal() {
    let files = self.files
    let seal = sealText
    guard Self.text(files) != seal else { return }
    let sealed = self.sealed
    let complete = files.compactMap { file -> File? in
      if let stamp = sealed[file.name] { return File(name: file.name, stamp: stamp) }
      return isComplete("\(folder)/\(file.name)") ? file : nil
    }
    let text = Self.text(complete)
    if text != seal { try? AtomicFile.write(text, to: sealPath) }
  }

  /// Whether `seal` was ever called.
  package var isSealed: Bool { isRegularFile(sealPath) }

  private var sealText: String {
    let bytes = try? readFile(path: sealPath, maximumBytes: 1 << 28)
    return String(decoding: bytes ?? [], as: UTF8.self)
  }

  /// The stamps of the files in the seal, by name.
  private var sealed: [String: String] {
    let lines = sealText.split(separator: "\n")
      .map { $0.split(separator: " ", maxSplits: 1).map(String.init) }
    return Dictionary(
      lines.compactMap { $0.count == 2 ? ($0[0], $0[1]) : nil }, uniquingKeysWith: { $1 })
  }

  /// A file of a program, as the seal lists it.
  private struct File {
    /// Its path in the folder.
    let name: String
    /// Its size and the time of its last change.
    let stamp: String

    /// The folder of its program: the first two parts of its name.
    var program: String { name.split(separator: "/").prefix(2).joined(separator: "/") }
  }

  /// Returns the text of a seal: a line for each file.
  private static func text(_ files: [File]) -> String {
    files.map { "\($0.name) \($0.stamp)" }.joined(separator: "\n")
  }

  /// The files that POCL loads, in the order of their names.
  private var files: [File] {
    var files: [File] = []
    func add(_ name: String) {
      if let stamp = stamp(of: name) { files.append(File(name: name, stamp: stamp)) }
    }
    for program in programs {
      add("\(program)/program.bc")
      for kernel in names(in: program) {
        for sizes in names(in: "\(program)/\(kernel)") {
          add("\(program)/\(kernel)/\(sizes)/\(kernel).so")
        }
      }
    }
    return files.sorted { $0.name < $1.name }
  }

  /// Returns a file's size and the time of its last change; nil if it is gone.
  private func stamp(of name: String) -> String? {
    var status = stat()
    guard lstat("\(folder)/\(name)", &status) == 0 else { return nil }
    return "\(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
  }

  /// The folders of programs, by the first letters of their names.
  private var groups: [String] { names(in: "").filter { $0.count == 2 && isHash($0) } }

  /// The folders of programs, as POCL names them.
  private var programs: [String] {
    groups.flatMap { group in names(in: group).filter(isHash).map { "\(group)/\($0)" } }
  }

  /// Returns whether a name is a hash as POCL writes it, in the letters A to P.
  private func isHash(_ name: String) -> Bool { name.utf8.allSatisfy { (65...80).contains($0) } }

  /// Returns the names in a folder; none if it is a file.
  ///
  /// NOTE: Foundation takes 0.1 s to list the folders of 400 programs, which each start does twice.
  private func names(in name: String) -> [String] {
    guard let folder = opendir("\(folder)/\(name)") else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  private func remove(_ program: String) {
    try? FileManager.default.removeItem(atPath: "\(folder)/\(program)")
  }
}

/// Returns whether a compiled kernel or a program's LLVM bitcode is as long as its headers say.
private func isComplete(_ path: String) -> Bool {
  guard let bytes = try? readFile(path: path, maximumBytes: 1 << 30) else { return false }
  return bytes.withUnsafeBytes { path.hasSuffix(".so") ? isCompleteELF($0) : isCompleteBitcode($0) }
}

/// Returns whether a 64-bit ELF file holds its section headers, which are its last part.
private func isCompleteELF(_ file: UnsafeRawBufferPointer) -> Bool {
  guard file.count >= 64, file.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2]) else { return false }
  let start = file.loadUnaligned(fromByteOffset: 40, as: UInt64.self)
  let size = file.loadUnaligned(fromByteOffset: 58, as: UInt16.self)
  let count = file.loadUnaligned(fromByteOffset: 60, as: UInt16.self)
  let (end, overflows) = start.addingReportingOverflow(UInt64(size) * UInt64(count))
  return !overflows && end <= file.count
}

/// Returns whether the blocks of an LLVM bitcode file fill it. The second word of a block is its
/// length in words of four bytes.
private func isCompleteBitcode(_ file: UnsafeRawBufferPointer) -> Bool {
  guard file.count > 4, file.starts(with: [0x42, 0x43, 0xC0, 0xDE]) else { return false }
  var place = 4
  while place + 8 <= file.count {
    let words = file.loadUnaligned(fromByteOffset: place + 4, as: UInt32.self)
    place += 8 + 4 * Int(words)
  }
  return place == file.count
}
