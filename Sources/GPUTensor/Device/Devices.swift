import COpenCL

/// Why no device can be used.
public enum DeviceError: Error, CustomStringConvertible, Equatable {
  /// No platform offers any device.
  case none
  /// No device matches what was asked for; the others are listed.
  case noMatch(request: String, available: [String])

  /// One line: what is missing and what to do.
  public var description: String {
    switch self {
    case .none:
      """
      no OpenCL device found; install a driver (for a CPU: apt-get install pocl-opencl-icd; for a GPU: its \
      vendor's) or check OCL_ICD_VENDORS and /etc/OpenCL/vendors
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
  /// - Throws: `OpenCLError` where a platform is there but answers with an error.
  public static func all() throws -> [Device] {
    var platformCount: cl_uint = 0
    // NOTE: without any platform the ICD loader answers with an error of its own.
    guard clGetPlatformIDs(0, nil, &platformCount) == CL_SUCCESS, platformCount > 0 else {
      return []
    }
    var platforms = [cl_platform_id?](repeating: nil, count: Int(platformCount))
    try check(clGetPlatformIDs(platformCount, &platforms, nil), "clGetPlatformIDs")
    return try platforms.enumerated().flatMap { number, platform in
      try devices(of: platform, number: number)
    }
  }

  private static func devices(of platform: cl_platform_id?, number: Int) throws -> [Device] {
    let name = try readText { size, place, needed in
      clGetPlatformInfo(platform, cl_platform_info(CL_PLATFORM_NAME), size, place, needed)
    }
    let all = cl_device_type(CL_DEVICE_TYPE_ALL)
    var count: cl_uint = 0
    let code = clGetDeviceIDs(platform, all, 0, nil, &count)
    if code == CL_DEVICE_NOT_FOUND || count == 0 { return [] }
    try check(code, "clGetDeviceIDs", name)
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
      throw DeviceError.none
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
}
