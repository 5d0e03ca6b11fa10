import COpenCL

/// Why no device can be used.
public enum DeviceError: Error, CustomStringConvertible, Equatable {
  /// No platform offers any device; what is wrong with each driver that the loader is told of.
  case none(problems: [String])
  /// No device matches what was asked for; the others are listed.
  case noMatch(request: String, available: [String])

  /// One line: what is missing and what to do.
  public var description: String {
    switch self {
    case .none(let problems):
      """
      no OpenCL device found\(problems.isEmpty ? "" : ": " + problems.joined(separator: "; ")); install a driver \
      (for a CPU: apt-get install pocl-opencl-icd; for a GPU: its vendor's)
      """
    case .noMatch(let request, let available):
      "no OpenCL device matches '\(request)'; there are: \(available.joined(separator: ", "))"
    }
  }
}

/// The devices of all platforms, and the choice among them.
public enum Devices {
  /// Every device of every platform, in the drivers' order; empty where there is no platform.
  ///
  /// - Throws: `OpenCLError` where a platform answers with an error, and no other offers a device.
  public static func all() throws -> [Device] { try find().devices }

  /// The same, and beside the devices the platforms that answer with an error, by their number.
  ///
  /// - Throws: as `all`.
  public static func find() throws -> (devices: [Device], failures: [(Int, OpenCLError)]) {
    var platformCount: cl_uint = 0
    // NOTE: without any platform the ICD loader answers with an error of its own.
    guard clGetPlatformIDs(0, nil, &platformCount) == CL_SUCCESS, platformCount > 0 else {
      return ([], [])
    }
    var platforms = [cl_platform_id?](repeating: nil, count: Int(platformCount))
    try check(clGetPlatformIDs(platformCount, &platforms, nil), "clGetPlatformIDs")
    var devices: [Device] = []
    var failures: [(Int, OpenCLError)] = []
    for (number, platform) in platforms.enumerated() {
      do {
        devices += try self.devices(of: platform, number: number)
      } catch let error as OpenCLError {
        failures.append((number, error))
      }
    }
    if devices.isEmpty, let (_, error) = failures.first { throw error }
    return (devices, failures)
  }

  private static func devices(of platform: cl_platform_id?, number: Int) throws -> [Device] {
    let name = try readText { size, place, needed in
      clGetPlatformInfo(platform, cl_platform_info(CL_PLATFORM_NAME), size, place, needed)
    }
    let all = cl_device_type(CL_DEVICE_TYPE_ALL)
    var count: cl_uint = 0
    let code = clGetDeviceIDs(platform, all, 0, nil, &count)
    if code == CL_DEVICE_NOT_FOUND { return [] }
    try check(code, "clGetDeviceIDs", name)
    if count == 0 { return [] }
    var ids = [cl_device_id?](repeating: nil, count: Int(count))
    try check(clGetDeviceIDs(platform, all, count, &ids, nil), "clGetDeviceIDs", name)
    return try ids.enumerated().compactMap { index, id in
      try id.map { try Device(id: $0, index: "\(number):\(index)", platform: name) }
    }
  }

  /// The device that `request` names: an index `P:D`, `gpu`, `cpu`, a name or part of one; without one,
  /// the first GPU of any platform, else the first CPU, else whatever there is.
  ///
  /// - Throws: `DeviceError` where there is none.
  public static func choose(_ request: String?, from devices: [Device]) throws -> Device {
    func first(_ kind: DeviceKind) -> Device? { devices.first { $0.kind == kind } }
    guard let fallback = first(.gpu) ?? first(.cpu) ?? devices.first else {
      throw DeviceError.none(problems: driverProblems)
    }
    guard let request, !request.isEmpty else { return fallback }
    let match =
      devices.first { $0.index == request }
      ?? DeviceKind(rawValue: request.lowercased()).flatMap(first)
      // A whole name, as a run records it, may be part of another's.
      ?? devices.first { $0.name == request }
      ?? devices.first {
        "\($0.name) \($0.platform)".lowercased().contains(request.lowercased())
      }
    guard let match else {
      throw DeviceError.noMatch(request: request, available: devices.map(\.description))
    }
    return match
  }

  /// What is wrong with each driver; that there is none.
  private static var driverProblems: [String] {
    let drivers = DriverEnvironment.drivers
    guard !drivers.isEmpty else { return ["no driver is registered in \(DriverEnvironment.place)"] }
    return drivers.compactMap(\.problem)
  }
}
