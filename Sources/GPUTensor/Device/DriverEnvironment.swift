import COpenCL
import Foundation

/// What drivers read from the environment before the first OpenCL call.
public enum DriverEnvironment {
  /// Sets what this program needs and the user has not set; call it before any other function here.
  ///
  /// - `POCL_AFFINITY=1` pins POCL's threads to cores. Without it the system often leaves two of them
  ///   on one core, and a kernel runs at half its speed for seconds on end.
  /// - `OCL_ICD_VENDORS=libnvidia-opencl.so.1` where no platform is registered but NVIDIA's driver is
  ///   there, as in many containers. The ICD loader reads it once, at its first call.
  public static func prepare() { _ = prepared }

  /// Whether NVIDIA's driver is there and no file of the folder names it, while others are named: then the loader does not
  /// find it. Containers bring the library without the file.
  public static var hidesNVIDIA: Bool {
    guard readsVendorFolder else { return false }
    let names = registeredDrivers().compactMap {
      try? String(contentsOfFile: "\(vendorFolder)/\($0)", encoding: .utf8)
    }
    return !names.isEmpty && !names.contains { $0.contains("nvidia") } && canOpen(nvidiaLibrary)
  }

  /// Whether the user has named no other place to the loader.
  private static var readsVendorFolder: Bool {
    getenv("OCL_ICD_VENDORS") == nil && getenv("OCL_ICD_FILENAMES") == nil
  }

  /// Where the loader looks for drivers, and what is registered there.
  public static var drivers: String {
    if let place = getenv("OCL_ICD_VENDORS") {
      return "drivers by OCL_ICD_VENDORS: \(String(cString: place))"
    }
    let names = registeredDrivers().joined(separator: ", ")
    return "drivers registered: \(names.isEmpty ? "none" : names)"
  }

  // Once in a process: other threads may read the environment while it is set.
  private static let prepared: Void = {
    setenv("POCL_AFFINITY", "1", 0)
    if readsVendorFolder, registeredDrivers().isEmpty, canOpen(nvidiaLibrary) {
      setenv("OCL_ICD_VENDORS", nvidiaLibrary, 0)
    }
  }()

  /// The device that the user asked for through `GPUTRAIN_DEVICE`; nil where nothing is asked.
  public static var requestedDevice: String? {
    getenv("GPUTRAIN_DEVICE").map { String(cString: $0) }
  }

  /// The `.icd` files of the folder where drivers register themselves.
  private static func registeredDrivers() -> [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: vendorFolder)) ?? []
    return files.filter { $0.hasSuffix(".icd") }.sorted()
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
