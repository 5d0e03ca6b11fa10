import COpenCL
import Files
import Foundation

/// What drivers read from the environment before the first OpenCL call.
package enum DriverEnvironment {
  /// Sets what this program needs and the user has not set. `Devices` does so before its first
  /// OpenCL call; call it yourself before any other.
  ///
  /// - `OCL_ICD_VENDORS=libnvidia-opencl.so.1` if no platform is registered but NVIDIA's driver is
  ///   there, as in many containers. The ICD loader reads it once, at its first call.
  /// - `POCL_MAX_PTHREAD_COUNT` and, for POCL 4 and later, `POCL_CPU_MAX_CU_COUNT`: as many threads
  ///   as this process may run at once, if these are fewer than the machine's CPUs.
  /// - `POCL_CACHE_DIR`: a folder of the user's own that was found to serve (`DriverCache`).
  package static func prepare() { _ = prepared }

  /// The folder that POCL was given for compiled kernels; nil without POCL, or if none serves.
  package static var cache: DriverCache? { prepared.cache }

  /// Why POCL was given another folder than the first; nil if it was given that one.
  package static var cacheNote: String? {
    let (cache, problems) = prepared
    guard let cache, !problems.isEmpty else { return nil }
    return "compiled kernels are kept in \(cache.folder), as others cannot be used: "
      + problems.joined(separator: "; ")
  }

  /// Why POCL has no folder for compiled kernels, and so offers no device; nil if it has one.
  static var cacheProblem: String? {
    let (cache, problems) = prepared
    guard cache == nil, !problems.isEmpty else { return nil }
    return """
      POCL needs a folder for compiled kernels, and none can be used: \(problems.joined(separator: "; ")); \
      set POCL_CACHE_DIR to one of your own, with free space, whose files may be executed
      """
  }

  /// Tries, once, to start the threads that POCL will start, which ends the process if it cannot.
  ///
  /// - Throws: `ThreadError`.
  static func checkThreads() throws { try threadsCanStart.get() }

  private static let threadsCanStart = Result {
    if cache != nil { try checkThreadsCanStart(threadCount) }
  }

  /// Why POCL would end the process: the user has it pin its threads to CPUs 0, 1, … and not all of
  /// these are allowed. Nil if it would not.
  static var pinningProblem: String? {
    guard text("POCL_AFFINITY") == "1" else { return nil }
    let threads = threadCount
    let allowed = Processors.allowed
    guard !Set(allowed).isSuperset(of: 0..<threads) else { return nil }
    return """
      POCL_AFFINITY=1 pins POCL's threads to the CPUs from 0 to \(threads - 1), but this process may \
      use only \(allowed.map(String.init).joined(separator: ", ")): unset it, and they are pinned to these
      """
  }

  /// The threads that POCL will start.
  private static var threadCount: Int {
    threadCounts.compactMap { text($0).flatMap { Int($0) } }.first { $0 > 0 }
      ?? Processors.runnable
  }

  /// Where POCL reads how many threads to start: until version 3.1, and since 4.0.
  private static let threadCounts = ["POCL_MAX_PTHREAD_COUNT", "POCL_CPU_MAX_CU_COUNT"]

  /// Whether POCL's threads are pinned from here: the user has not said whether they are to be.
  static var pinsThreads: Bool { text("POCL_AFFINITY") == nil }

  /// Whether NVIDIA's driver is there and no file of the folder names it, while others are named:
  /// then the loader does not find it. Containers bring the library without the file.
  package static var hidesNVIDIA: Bool {
    guard readsVendorFolder else { return false }
    let libraries = drivers.map(\.library)
    return !libraries.isEmpty && !libraries.contains { $0.contains("nvidia") }
      && canOpen(nvidiaLibrary)
  }

  /// Whether the user has named no other place to the loader.
  private static var readsVendorFolder: Bool {
    namedPlace == nil && getenv("OCL_ICD_FILENAMES") == nil
  }

  /// The place that the user has named to the loader in place of the folder.
  private static var namedPlace: String? { text("OCL_ICD_VENDORS") }

  /// Where the loader looks for drivers.
  package static var place: String { namedPlace.map { "OCL_ICD_VENDORS=\($0)" } ?? vendorFolder }

  /// The drivers that are registered there: by a folder's `.icd` files, by one such file, or by a
  /// library itself.
  package static var drivers: [Driver] {
    let place = namedPlace ?? vendorFolder
    if let files = try? FileManager.default.contentsOfDirectory(atPath: place) {
      return files.filter { $0.hasSuffix(".icd") }.sorted().map { Driver(file: "\(place)/\($0)") }
    }
    guard let namedPlace else { return [] }
    guard namedPlace.hasSuffix(".icd") else { return [Driver(library: namedPlace)] }
    let registered = "\(vendorFolder)/\(namedPlace)"
    let isRegistered =
      !namedPlace.contains("/") && FileManager.default.fileExists(atPath: registered)
    return [Driver(file: isRegistered ? registered : namedPlace)]
  }

  // Once in a process: other threads may read the environment while it is set.
  private static let prepared: (cache: DriverCache?, problems: [String]) = {
    if readsVendorFolder, drivers.isEmpty, canOpen(nvidiaLibrary) {
      setenv("OCL_ICD_VENDORS", nvidiaLibrary, 1)
    }
    let mayOfferPOCL =
      getenv("OCL_ICD_FILENAMES") != nil || drivers.contains { $0.library.contains("pocl") }
    guard mayOfferPOCL else { return (nil, []) }
    let runnable = Processors.runnable
    if runnable < sysconf(Int32(_SC_NPROCESSORS_ONLN)), threadCounts.allSatisfy({ text($0) == nil })
    {
      for name in threadCounts { setenv(name, String(runnable), 1) }
    }
    let chosen = DriverCache.choose(
      given: text("POCL_CACHE_DIR"),
      own: ["\(cacheFolder())/pocl"] + privateTemporaryFolders())
    setenv("POCL_CACHE_DIR", chosen.cache?.folder ?? "/dev/null/none", 1)
    chosen.cache?.removeDamaged()
    return chosen
  }()

  /// A variable's value; nil where it is not set or empty.
  private static func text(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The device that the user asked for through `GPUTRAIN_DEVICE`; nil where nothing is asked.
  package static var requestedDevice: String? {
    getenv("GPUTRAIN_DEVICE").map { String(cString: $0) }
  }

  /// Where drivers register themselves.
  package static let vendorFolder = "/etc/OpenCL/vendors"
  /// NVIDIA's driver.
  package static let nvidiaLibrary = "libnvidia-opencl.so.1"

  private static func canOpen(_ library: String) -> Bool {
    guard let handle = dlopen(library, RTLD_LAZY | RTLD_LOCAL) else { return false }
    dlclose(handle)
    return true
  }
}
