import COpenCL
import Files
import Foundation

/// The environment variables that drivers read before the first OpenCL call.
package enum DriverEnvironment {
  /// Sets the variables that this program needs and the user has not set. `Devices` calls it before
  /// its first OpenCL call; call it yourself before any earlier one.
  ///
  /// - `OCL_ICD_VENDORS=libnvidia-opencl.so.1` if no platform is registered but NVIDIA's driver is
  ///   installed, as in many containers. The ICD loader reads it once, at its first call.
  /// - `POCL_MAX_PTHREAD_COUNT` and, for POCL 4 and later, `POCL_CPU_MAX_CU_COUNT`: the number of
  ///   threads that this process may run at once, if it is less than the number of CPUs.
  /// - `POCL_CACHE_DIR`: a folder that POCL can use (`DriverCache`).
  package static func prepare() { _ = prepared }

  /// The folder in which POCL keeps compiled kernels; nil without POCL, or if no folder can be
  /// used.
  package static var cache: DriverCache? { prepared.cache }

  /// One line that says why POCL uses another folder than the preferred one; nil if it uses that.
  package static var cacheNote: String? {
    let (cache, problems) = prepared
    guard let cache, !problems.isEmpty else { return nil }
    return "compiled kernels are kept in \(cache.folder), since others cannot be used: "
      + problems.joined(separator: "; ")
  }

  /// One line that says why POCL has no folder for compiled kernels, and so offers no device; nil
  /// if it has one.
  static var cacheProblem: String? {
    let (cache, problems) = prepared
    guard cache == nil, !problems.isEmpty else { return nil }
    return """
      POCL needs a folder for compiled kernels, and none can be used: \
      \(problems.joined(separator: "; ")); set POCL_CACHE_DIR to a folder of your own, with free \
      space, whose files may be executed
      """
  }

  /// Checks, once, that the threads that POCL will start can start: POCL ends the process if they
  /// cannot.
  ///
  /// - Throws: `ThreadError`.
  static func checkThreads() throws { try threadsCanStart.get() }

  private static let threadsCanStart = Result {
    if cache != nil { try checkThreadsCanStart(threadCount) }
  }

  /// One line that says why POCL would end the process: the user has it pin its threads to CPUs 0,
  /// 1, …, and this process may not use all of these. Nil if it would not.
  static var pinningProblem: String? {
    guard text("POCL_AFFINITY") == "1" else { return nil }
    let threads = threadCount
    let allowed = Processors.allowed
    guard !Set(allowed).isSuperset(of: 0..<threads) else { return nil }
    return """
      POCL_AFFINITY=1 pins POCL's threads to the CPUs from 0 to \(threads - 1), but this process \
      may use only \(allowed.map(String.init).joined(separator: ", ")): unset it, and they are \
      pinned to these
      """
  }

  /// The number of threads that POCL will start.
  private static var threadCount: Int {
    threadCounts.compactMap { text($0).flatMap { Int($0) } }.first { $0 > 0 }
      ?? Processors.runnable
  }

  /// The variables with the number of POCL's threads: up to version 3.1, and since 4.0.
  private static let threadCounts = ["POCL_MAX_PTHREAD_COUNT", "POCL_CPU_MAX_CU_COUNT"]

  /// Whether this program pins POCL's threads: it does unless the user has set `POCL_AFFINITY`.
  static var pinsThreads: Bool { text("POCL_AFFINITY") == nil }

  /// Whether NVIDIA's driver is installed but the loader does not find it: only other drivers have
  /// a file in the folder. Containers bring the library without the file.
  package static var hidesNVIDIA: Bool {
    guard readsVendorFolder else { return false }
    let libraries = drivers.map(\.library)
    return !libraries.isEmpty && !libraries.contains { $0.contains("nvidia") }
      && canOpen(nvidiaLibrary)
  }

  /// Whether the loader reads its default folder: the user has named no other place.
  private static var readsVendorFolder: Bool {
    namedPlace == nil && getenv("OCL_ICD_FILENAMES") == nil
  }

  /// The place where the loader looks instead of the folder, if the user names one.
  private static var namedPlace: String? { text("OCL_ICD_VENDORS") }

  /// The place where the loader looks for drivers, for messages.
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

  // Computed once per process: other threads may read the environment during a change.
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

  /// Returns a variable's value; nil if it is not set or empty.
  private static func text(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The device that the user requests by `GPUTRAIN_DEVICE`; nil for none.
  package static var requestedDevice: String? {
    getenv("GPUTRAIN_DEVICE").map { String(cString: $0) }
  }

  /// The folder in which drivers register themselves.
  package static let vendorFolder = "/etc/OpenCL/vendors"
  /// NVIDIA's driver.
  package static let nvidiaLibrary = "libnvidia-opencl.so.1"

  private static func canOpen(_ library: String) -> Bool {
    guard let handle = dlopen(library, RTLD_LAZY | RTLD_LOCAL) else { return false }
    dlclose(handle)
    return true
  }
}
