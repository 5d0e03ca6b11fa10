import Files
import Foundation
import TestFiles
import Testing

/// First runs, in which helpers compile the kernels.
@Suite struct KernelCacheTests {
  @Test(.enabled(if: Gputrain.runsOnPOCL)) func helpersFillTheDriversCache() throws {
    let folder = try TemporaryFolder()
    func bench(batch: Int = 4) throws -> Gputrain.Outcome {
      try Gputrain.run(
        ["bench", "linear-vae", "--steps", "1", "--batch-size", "\(batch)"],
        environment: [
          "XDG_CACHE_HOME": folder.path, "POCL_CACHE_DIR": "\(folder.path)/pocl", "POCL_DEBUG": nil,
        ])
    }
    func files(below place: String) -> [String] {
      let all = FileManager.default.enumerator(atPath: "\(folder.path)/\(place)")?.allObjects
      return (all as? [String] ?? []).sorted()
    }
    let first = try bench()
    expectSuccess(first)
    // Helpers print nothing.
    #expect(first.stderrLines.count == 1)
    let notes = files(below: "pocl/gputrain-compiled")
    // A folder for the device, and two programs.
    #expect(notes.count == 3)
    let compiled = files(below: "pocl").filter { $0.hasSuffix(".so") }
    #expect(compiled.count >= 10)
    // The second run finds all that it needs.
    expectSuccess(try bench())
    #expect(files(below: "pocl/gputrain-compiled") == notes)
    #expect(files(below: "pocl").filter { $0.hasSuffix(".so") } == compiled)
    // Another batch size needs few other kernels, and finds the rest.
    expectSuccess(try bench(batch: 5))
    let more = files(below: "pocl").filter { $0.hasSuffix(".so") }
    #expect(Set(more).isSuperset(of: compiled) && more.count <= compiled.count + 4)
    // A damaged list of compiled programs is not believed.
    for note in notes where note.contains("/") {
      let path = "\(folder.path)/pocl/gputrain-compiled/\(note)"
      try AtomicFile.write("gemm.cl nothing\t1", to: path)
    }
    expectSuccess(try bench())
  }

  /// Of programs that start together, one compiles and the others wait for it.
  @Test(.enabled(if: Gputrain.runsOnPOCL)) func oneProgramCompilesAtATime() throws {
    let folder = try TemporaryFolder()
    let environment = [
      "XDG_CACHE_HOME": folder.path, "POCL_CACHE_DIR": "\(folder.path)/pocl",
    ]
    try TinyModel.write(to: folder)
    // The folder that a first program has locked.
    expectSuccess(
      try Gputrain.run(
        ["bench", TinyModel.file, "--steps", "1"], environment: environment, in: folder.path))
    let notes = folder.path + "/pocl/gputrain-compiled"
    let device = try #require(try FileManager.default.contentsOfDirectory(atPath: notes).first)
    var lock = try FolderLock("\(notes)/\(device)")
    #expect(lock != nil)
    func libraries() -> Int {
      let files = FileManager.default.enumerator(atPath: folder.path + "/pocl")?.allObjects
      return (files as? [String] ?? []).count { $0.hasSuffix(".so") }
    }
    let (before, begin) = (libraries(), Date())
    var compiled = false
    let outcome = try Gputrain.run(
      ["bench", "linear-vae", "--steps", "1", "--batch-size", "4"], environment: environment,
      interrupt: {
        guard lock != nil else { return false }
        compiled = compiled || libraries() > before
        if Date().timeIntervalSince(begin) > 3 { lock = nil }
        return false
      })
    expectSuccess(outcome)
    #expect(lock == nil && !compiled)
  }

  /// No helper survives the program, even after SIGKILL.
  @Test(.enabled(if: Gputrain.runsOnPOCL), arguments: [SIGTERM, SIGKILL])
  func noHelperIsLeft(signal: Int32) throws {
    let folder = try TemporaryFolder()
    func words(_ path: String) -> [Substring] {
      let bytes = FileManager.default.contents(atPath: path) ?? Data()
      return String(decoding: bytes, as: UTF8.self).split { " \n\0".contains($0) }
    }
    var helpers: [Substring] = []
    _ = try Gputrain.run(
      ["bench", "linear-vae", "--steps", "1", "--batch-size", "4"],
      environment: ["XDG_CACHE_HOME": folder.path, "POCL_CACHE_DIR": "\(folder.path)/pocl"],
      in: folder.path, shell: #"echo $$ >pid; exec "$@""#, signals: [signal],
      interrupt: {
        guard let id = words(folder.path + "/pid").first else { return false }
        helpers = words("/proc/\(id)/task/\(id)/children")
          .filter { words("/proc/\($0)/cmdline").contains("warmup") }
        return helpers.count > 1
      })
    #expect(helpers.count > 1)
    let deadline = Date(timeIntervalSinceNow: 2)
    func isLeft(_ id: Substring) -> Bool { words("/proc/\(id)/cmdline").contains("warmup") }
    while helpers.contains(where: isLeft), Date() < deadline { usleep(10_000) }
    #expect(!helpers.contains(where: isLeft))
  }

  /// POCL ends the process that loads such a file. `sample` has few kernels to compile three times.
  @Test(.enabled(if: Gputrain.runsOnPOCL)) func aDamagedEntryIsCompiledAgain() throws {
    let folder = try TemporaryFolder()
    try Tensors.write(PlainWeights.tensors(of: "linear-vae"), to: folder.path + "/weights")
    func sample() throws -> Gputrain.Outcome {
      try Gputrain.run(
        ["sample", "weights", "--model", "linear-vae", "--count", "1", "--out", "picture"],
        environment: ["XDG_CACHE_HOME": folder.path, "POCL_CACHE_DIR": nil], in: folder.path)
    }
    func damage(_ suffix: String, _ change: (String) throws -> Void) throws {
      let names = FileManager.default.enumerator(atPath: folder.path)?.allObjects as? [String] ?? []
      let paths = names.filter { $0.hasSuffix(suffix) }.map { "\(folder.path)/\($0)" }
      #expect(!paths.isEmpty)
      for path in paths { try change(path) }
    }
    expectSuccess(try sample())
    try damage(".so") { truncate($0, 3000) }
    expectSuccess(try sample())
    // Without the seal, helpers meet the damage first.
    try damage("gputrain-seal") { try removeFile($0) }
    try damage("program.bc") { path in
      var bytes = try readFile(path: path, maximumBytes: 1 << 24)
      bytes.replaceSubrange(3000..<5000, with: (3000..<5000).map { UInt8($0 % 251) })
      try AtomicFile.write(bytes, to: path)
    }
    let outcome = try sample()
    expectSuccess(outcome)
    #expect(outcome.stderrLines.contains { $0.hasPrefix("note: compiled kernels in ") })
  }

  @Test func aHelpersInputMayBeDamaged() throws {
    let outcome = try Gputrain.run(["warmup"], shell: #"echo '{"variants": 3}' | "$@""#)
    expectRefusal(outcome, 65, "standard input")
  }
}
