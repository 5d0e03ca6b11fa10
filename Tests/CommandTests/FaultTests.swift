import Files
import Foundation
import SafeTensors
import TestFiles
import Testing

@testable import gputrain

/// Faults during a run: one clear line, the right exit code, and an intact last checkpoint.
@Suite struct FaultTests {
  /// Three epochs of four steps.
  private static let options = [
    "train", "linear-vae", "--dataset", "./data", "--epochs", "3", "--batch-size", "8",
    "--out", "run",
  ]

  private func makeFolder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try TinyData.write(to: folder.path + "/data")
    return folder
  }

  /// Expects that a run that ended with an error resumes to the same end as one without an error.
  ///
  /// - Parameter more: Options that the run did not record.
  private func expectResumes(
    _ folder: TemporaryFolder, epoch: String, more: [String] = []
  ) throws {
    let last = "/checkpoints/last.safetensors"
    #expect(try Tensors.read(folder.path + "/run" + last).metadata["epoch"] == epoch)
    expectSuccess(
      try Gputrain.run(["train", "linear-vae", "--resume", "--out", "run"] + more, in: folder.path))
    #expect(try Tensors.read(folder.path + "/run" + last) == Self.whole.get())
  }

  /// The last checkpoint of a run without a fault.
  private static let whole = Result {
    let folder = try FaultTests().makeFolder()
    expectSuccess(try Gputrain.run(options, in: folder.path))
    return try Tensors.read(folder.path + "/run/checkpoints/last.safetensors")
  }

  @Test(arguments: [
    // A step has 24 launches; the third epoch begins after 8 steps and the launches of validation.
    ("clEnqueueNDRangeKernel", 300, -5, "CL_OUT_OF_RESOURCES"),
    ("clEnqueueReadBuffer", 60, -36, "CL_INVALID_COMMAND_QUEUE"),
    ("clWaitForEvents", 12, -14, "CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST"),
    ("clFinish", 120, -2, "CL_DEVICE_NOT_AVAILABLE"),
    ("clFlush", 20, -6, "CL_OUT_OF_HOST_MEMORY"),
  ])
  func aDeviceIsLost(call: String, count: Int, code: Int32, name: String) throws {
    // The self-test before a first training would make calls too.
    _ = try Self.whole.get()
    let folder = try makeFolder()
    let outcome = try Gputrain.run(
      Self.options, environment: try FaultyDriver.environment(call, from: count, code: code),
      in: folder.path)
    expectRefusal(outcome, 69, call, name)
    let kept = outcome.stderrLines.first { $0.hasPrefix("kept: ") } ?? ""
    #expect(kept.contains("the last checkpoint is run/checkpoints/last.safetensors"), "\(outcome)")
    let epoch = try #require(kept.firstMatch(of: /epochs done: (\d)/)).1
    try expectResumes(folder, epoch: String(epoch))
  }

  /// A GPU's driver may spin while it waits, so the host sleeps until there is nothing to wait for.
  @Test func aGPUsDriverNeverWaits() throws {
    let folder = try makeFolder()
    try TinyModel.write(to: folder)
    let options = Self.options.map { $0 == "linear-vae" ? TinyModel.file : $0 }
    let outcome = try Gputrain.run(
      options, environment: try FaultyDriver.gpuEnvironment(), in: folder.path)
    expectSuccess(outcome)
    #expect(
      try Tensors.read(folder.path + "/run/checkpoints/last.safetensors").metadata["epoch"] == "3")
  }

  @Test(arguments: [1, 20])
  func theDeviceHasTooLittleMemory(count: Int) throws {
    let folder = try makeFolder()
    let outcome = try Gputrain.run(
      Self.options,
      environment: try FaultyDriver.environment("clCreateBuffer", from: count, code: -4),
      in: folder.path)
    expectRefusal(outcome, 69, "clCreateBuffer", "the device's memory is full: try a smaller")
    #expect(try folder.names() == ["data"])
  }

  @Test func aProgramDoesNotBuild() throws {
    let folder = try makeFolder()
    let environment = try FaultyDriver.environment("clBuildProgram", from: 1, code: -11)
    let outcome = try Gputrain.run(Self.options, environment: environment, in: folder.path)
    expectRefusal(outcome, 70, "a kernel does not build on")
    #expect(try folder.names() == ["data"])
  }

  @Test(arguments: [
    ("linear-vae", "encoder.2.weight", "the weight of layer encoder.2 of the encoder"),
    ("linear-gan", "discriminator.out.9.bias", "the bias of layer discriminator.out.9 of the"),
  ])
  func aTrainingDiverges(model: String, parameter: String, words: String) throws {
    let folder = try makeFolder()
    let options = Self.options.map { $0 == "linear-vae" ? model : $0 }
    let outcome = try Gputrain.run(
      options, environment: ["GPUTRAIN_TEST_NAN": "\(parameter)@7"], in: folder.path)
    expectRefusal(
      outcome, 75, "the training diverged at step 7: \(words)", "is not finite",
      "the last checkpoint is run/checkpoints/last.safetensors (epochs done: 1, steps: 4)")
    let run = RunFolder(path: folder.path + "/run")
    #expect(RunOverview(of: run).state == .diverged)
    let last = run.lastCheckpoint
    for tensor in try Tensors.read(last).tensors {
      #expect(try tensor.floats().allSatisfy { $0.isFinite })
    }
    expectSuccess(
      try Gputrain.run(["train", model, "--resume", "--out", "run"], in: folder.path))
    #expect(try Tensors.read(last).metadata["epoch"] == "3")
    #expect(RunOverview(of: run).state == .complete && !isRegularFile(run.divergence))
  }

  /// With this learning rate, the weights after the first epoch's step make validation diverge.
  @Test func theFirstBatchOfValidationDiverges() throws {
    let folder = try makeFolder()
    let outcome = try Gputrain.run(
      [
        "train", "linear-vae", "--dataset", "./data", "--epochs", "9", "--batch-size", "32",
        "--learning-rate", "1", "--out", "run",
      ], in: folder.path)
    expectRefusal(
      outcome, 75,
      "the training diverged at validation step 1: the result of latents.forward is not finite",
      "; there is no checkpoint; start over with a smaller --learning-rate")
  }

  /// The driver fails while the steps are repeated.
  @Test func theCauseOfADivergenceIsNotFound() throws {
    _ = try Self.whole.get()
    let folder = try makeFolder()
    var environment = try FaultyDriver.environment("clEnqueueWriteBuffer", from: 36, code: -5)
    environment["GPUTRAIN_TEST_NAN"] = "encoder.2.weight@7"
    let outcome = try Gputrain.run(Self.options, environment: environment, in: folder.path)
    expectRefusal(
      outcome, 75, "the training diverged at step 7: ", "is not finite; the cause was not found: ",
      "clEnqueueWriteBuffer",
      "the last checkpoint is run/checkpoints/last.safetensors (epochs done: 1, steps: 4)")
    try expectResumes(folder, epoch: "1")
  }

  /// Passes the self-test of a run that resumes, since its calls would count too. A slow device
  /// does a part in each run.
  private func passSelfTests() throws {
    let folder = try makeFolder()
    expectSuccess(try Gputrain.run(Self.options.map { $0 == "3" ? "1" : $0 }, in: folder.path))
    for epochs in 2..<20 {
      let outcome = try Gputrain.run(
        ["train", "linear-vae", "--resume", "--epochs", "\(epochs)", "--out", "run"],
        in: folder.path)
      expectSuccess(outcome)
      if !outcome.stderrLines.contains(where: { $0.hasPrefix("self-test passed: ") }) { return }
    }
  }

  @Test func aSecondCtrlCEndsItAtOnce() throws {
    try passSelfTests()
    let folder = try makeFolder()
    expectSuccess(
      try Gputrain.run(Self.options.map { $0 == "3" ? "1" : $0 }, in: folder.path))
    // The driver sleeps in its third step, so the first signal cannot stop the run yet.
    func says(_ text: String) -> Bool {
      let said = try? readFile(path: folder.path + "/said", maximumBytes: 1 << 16)
      return String(decoding: said ?? [], as: UTF8.self).contains(text)
    }
    var isAsked = false
    let outcome = try Gputrain.run(
      ["train", "linear-vae", "--resume", "--epochs", "3", "--out", "run"],
      environment: try FaultyDriver.environment("clFlush", from: 3, code: 600),
      in: folder.path, shell: #"exec "$@" 2>said"#, timeout: 300,
      signals: [SIGINT, SIGINT],
      interrupt: {
        if isAsked { return says("; a second Ctrl-C ends it at once, without one\n") }
        isAsked = says("clFlush sleeps")
        return isAsked
      })
    #expect(outcome.status == 130, "\(outcome)")
    #expect(says("\ngputrain: stopped at once; files that were written are complete"))
    try expectResumes(folder, epoch: "1")
  }

  /// A limit on the size of files acts as a full disk.
  @Test(arguments: [8000, 10000])
  func theDiskIsFull(kibibytes: Int) throws {
    let folder = try makeFolder()
    expectSuccess(
      try Gputrain.run(Self.options.map { $0 == "3" ? "1" : $0 }, in: folder.path))
    let outcome = try Gputrain.run(
      ["train", "linear-vae", "--resume", "--epochs", "3", "--out", "run"], in: folder.path,
      shell: "ulimit -f \(kibibytes); exec \"$@\"")
    expectRefusal(outcome, 74, "cannot write run/", "File too large")
    #expect(try tree(folder.path).allSatisfy { !$0.hasSuffix(".tmp") })
    try expectResumes(folder, epoch: "1")
  }

  /// A folder in the place of a file is found before anything is done.
  @Test func aFileCannotBeWrittenBeforeItResumes() throws {
    let folder = try makeFolder()
    expectSuccess(
      try Gputrain.run(Self.options.map { $0 == "3" ? "1" : $0 }, in: folder.path))
    let events = try EventValue.file(in: folder.path + "/run")
    try removeFile(events)
    try createFolder(events)
    let outcome = try Gputrain.run(
      ["train", "linear-vae", "--resume", "--epochs", "3", "--out", "run"], in: folder.path)
    expectRefusal(outcome, 74, "cannot write run/events.out.tfevents.", "Is a directory")
    #expect(!outcome.stderr.contains("resuming"), "\(outcome)")
    try FileManager.default.removeItem(atPath: events)
    try expectResumes(folder, epoch: "1", more: ["--epochs", "3"])
  }

  @Test func theFolderVanishes() throws {
    let folder = try makeFolder()
    try TinyData.write(to: folder.path + "/data", changing: TinyData.trainFiles(400))
    let outcome = try Gputrain.run(
      Self.options, in: folder.path,
      interrupt: {
        guard exists(folder.path + "/run/metrics.csv") else { return false }
        _ = rename(folder.path + "/run", folder.path + "/gone")
        return false
      })
    expectRefusal(outcome, 74, "cannot write run/", "No such file or directory")
  }

  /// Checkpoints lie on another file system than the run.
  @Test(.enabled(if: isWritableFolder("/dev/shm")))
  func checkpointsInALinkedFolder() throws {
    let folder = try makeFolder()
    let elsewhere = try TemporaryFolder(in: "/dev/shm")
    expectSuccess(
      try Gputrain.run(Self.options.map { $0 == "3" ? "1" : $0 }, in: folder.path))
    let checkpoints = folder.path + "/run/checkpoints"
    try AtomicFile.write(
      readFile(path: checkpoints + "/last.safetensors", maximumBytes: 1 << 24),
      to: elsewhere.path + "/last.safetensors")
    try FileManager.default.removeItem(atPath: checkpoints)
    #expect(symlink(elsewhere.path, checkpoints) == 0)
    expectSuccess(
      try Gputrain.run(
        ["train", "linear-vae", "--resume", "--epochs", "3", "--out", "run"], in: folder.path))
    #expect(try Tensors.read(elsewhere.path + "/last.safetensors").metadata["epoch"] == "3")
  }
}
