import COpenCL
import Files
import Foundation

/// A driver that is registered with the OpenCL loader.
package struct Driver {
  /// The `.icd` file that names it; nil if `OCL_ICD_VENDORS` does.
  let file: String?
  /// Its library, for `dlopen`.
  let library: String

  /// The result of loading it.
  enum State: Equatable {
    /// It offers this number of devices.
    case offers(Int)
    /// It does not load; the dynamic linker gives this reason.
    case doesNotLoad(String)
    /// It loads, but is not a driver.
    case isOther
  }

  init(library: String) { (file, self.library) = (nil, library) }

  /// The driver that an `.icd` file names.
  init(file: String) {
    self.file = file
    library = Self.firstLine(of: file)
  }

  /// Returns a file's first line as the loader reads it: only the line feed is removed. It is empty
  /// if the file cannot be read.
  private static func firstLine(of path: String) -> String {
    // NOTE: Foundation's String(contentsOfFile:) leaks a page for an empty file.
    guard let file = fopen(path, "r") else { return "" }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: Int(PATH_MAX))
    guard fgets(&line, Int32(line.count), file) != nil else { return "" }
    let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return text.split(separator: "\n", omittingEmptySubsequences: false).first.map(String.init)
      ?? ""
  }

  /// Loads it as the OpenCL loader does, and counts its devices.
  func state() -> State {
    guard !library.trimmingWhitespace().isEmpty else {
      return .doesNotLoad("no library can be read from it")
    }
    guard library == library.trimmingWhitespace() else {
      return .doesNotLoad(
        "its line begins or ends with a space or a carriage return, which the loader takes as part "
          + "of the name")
    }
    // NOTE: never closed, since the library's own threads may be running.
    guard let handle = dlopen(library, RTLD_LAZY | RTLD_LOCAL) else {
      return .doesNotLoad(dlerror().map { String(cString: $0) } ?? "no reason is given")
    }
    guard let platforms = Self.platforms(of: handle) else { return .isOther }
    return .offers(
      platforms.reduce(0) { sum, platform in
        var count: cl_uint = 0
        let code = clGetDeviceIDs(platform, cl_device_type(CL_DEVICE_TYPE_ALL), 0, nil, &count)
        return sum + (code == CL_SUCCESS ? Int(count) : 0)
      })
  }

  /// Returns the platforms of a library; nil if it lacks the functions that the loader needs
  /// (cl_khr_icd).
  private static func platforms(of handle: UnsafeMutableRawPointer) -> [cl_platform_id?]? {
    typealias Find = @convention(c) (UnsafePointer<CChar>) -> UnsafeMutableRawPointer?
    typealias List =
      @convention(c) (
        cl_uint, UnsafeMutablePointer<cl_platform_id?>?, UnsafeMutablePointer<cl_uint>?
      ) -> cl_int
    guard
      let find = dlsym(handle, "clGetExtensionFunctionAddress").map({
        unsafeBitCast($0, to: Find.self)
      }),
      let list = find("clIcdGetPlatformIDsKHR").map({ unsafeBitCast($0, to: List.self) })
    else { return nil }
    var count: cl_uint = 0
    guard list(0, nil, &count) == CL_SUCCESS, count > 0 else { return [] }
    var platforms = [cl_platform_id?](repeating: nil, count: Int(count))
    return list(count, &platforms, nil) == CL_SUCCESS ? platforms : []
  }

  /// One line: the driver, and the number of its devices, or why it has none and what to do.
  package var report: String { "\(name) \(words(for: state()))" }

  /// The `report` of a driver that offers no device; nil if it offers one.
  var problem: String? {
    let state = state()
    if case .offers(let count) = state, count > 0 { return nil }
    return "\(name) \(words(for: state))"
  }

  private var name: String {
    guard let file else { return "OCL_ICD_VENDORS=\(library)" }
    let library = library.trimmingWhitespace()
    return library.isEmpty ? file : "\(file) (\(library))"
  }

  private func words(for state: State) -> String {
    switch state {
    case .offers(0):
      "loads, but offers no device: check that its hardware is present and that you may open its "
        + "files in /dev" + (getenv("POCL_DEVICES") == nil ? "" : ", and the value of POCL_DEVICES")
    case .offers(let count): "offers \(count) device\(count == 1 ? "" : "s")"
    case .doesNotLoad(let reason) where reason.contains("map segment"):
      "cannot be loaded (\(reason)): check \(resourceLimits)"
    case .doesNotLoad(let reason):
      "cannot be loaded (\(reason)): correct it, install the package that it belongs to, or "
        + "remove it"
    case .isOther: "is not an OpenCL driver"
    }
  }
}
