import COpenCL
import Files
import Foundation

/// What drivers read from the environment before the first OpenCL call.
public enum DriverEnvironment {
  /// Sets what this program needs and the user has not set; call it before any other function here.
  ///
  /// - `POCL_AFFINITY=1` pins POCL's threads to cores. Without it the system often leaves two of them
  ///   on one core, and a kernel runs at half its speed for seconds on end.
  /// - `OCL_ICD_VENDORS=libnvidia-opencl.so.1` where no platform is registered but NVIDIA's driver is
  ///   there, as in many containers. The ICD loader reads it once, at its first call.
  /// - `POCL_CACHE_DIR`, a folder of the user's own below the one for temporary files, where POCL could not make its own
  ///   for compiled kernels, as where a container's user has no home: it would offer no device.
  public static func prepare() { _ = prepared }

  /// Whether NVIDIA's driver is there and no file of the folder names it, while others are named: then the loader does not
  /// find it. Containers bring the library without the file.
  public static var hidesNVIDIA: Bool {
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
  public static var place: String { namedPlace.map { "OCL_ICD_VENDORS=\($0)" } ?? vendorFolder }

  /// The drivers that are registered there: by a folder's `.icd` files, by one such file, or by a library itself.
  public static var drivers: [Driver] {
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
  private static let prepared: Void = {
    setenv("POCL_AFFINITY", "1", 0)
    if readsVendorFolder, drivers.isEmpty, canOpen(nvidiaLibrary) {
      setenv("OCL_ICD_VENDORS", nvidiaLibrary, 1)
    }
    if let cache = text("XDG_CACHE_HOME") ?? text("HOME").map({ $0 + "/.cache" }),
      text("POCL_CACHE_DIR") == nil, !isWritableFolder("\(cache)/pocl"),
      !canCreateFolder("\(cache)/pocl"), let folder = temporaryFolder()
    {
      setenv("POCL_CACHE_DIR", folder, 1)
    }
  }()

  /// A variable's value; nil where it is not set or empty.
  private static func text(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// A folder that belongs to the user alone; nil where there is none.
  private static func temporaryFolder() -> String? {
    let folder = NSTemporaryDirectory() + "/gputrain-\(getuid())"
    mkdir(folder, 0o700)
    var status = stat()
    let isOwn = lstat(folder, &status) == 0 && status.st_uid == getuid()
    return isOwn && status.st_mode & (S_IFMT | 0o077) == S_IFDIR ? folder : nil
  }

  /// The device that the user asked for through `GPUTRAIN_DEVICE`; nil where nothing is asked.
  public static var requestedDevice: String? {
    getenv("GPUTRAIN_DEVICE").map { String(cString: $0) }
  }

  /// Where drivers register themselves.
  public static let vendorFolder = "/etc/OpenCL/vendors"
  /// NVIDIA's driver.
  public static let nvidiaLibrary = "libnvidia-opencl.so.1"

  private static func canOpen(_ library: String) -> Bool {
    guard let handle = dlopen(library, RTLD_LAZY | RTLD_LOCAL) else { return false }
    dlclose(handle)
    return true
  }
}
