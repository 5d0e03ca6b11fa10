import COpenCL

/// The reason why no device can be used.
public enum DeviceError: Error, CustomStringConvertible, Equatable {
  /// The environment makes a driver end the process.
  case environment(String)
  /// No platform offers a device; `problems` has a line for each registered driver.
  case none(problems: [String])
  /// No device matches the request; those that exist are listed.
  case noMatch(request: String, available: [String])

  /// One line: what is missing and what to do.
  public var description: String {
    switch self {
    case .environment(let problem): problem
    case .none(let problems):
      """
      no OpenCL device found\(problems.isEmpty ? "" : ": " + problems.joined(separator: "; ")); \
      install a driver (for a CPU: apt-get install pocl-opencl-icd; for a GPU: its vendor's)
      """
    case .noMatch(let request, let available):
      "no OpenCL device matches '\(request)'; there are: \(available.joined(separator: ", "))"
    }
  }
}

/// The devices of all platforms, and the choice among them.
public enum Devices {
  /// Returns every device of every platform, in the drivers' order; empty without a platform.
  ///
  /// - Throws: `OpenCLError` if a platform answers with an error and no other offers a device.
  public static func all() throws -> [Device] { try find().devices }

  /// Returns the same devices, and a line for each platform that is left out because it answers
  /// with an error or its driver is registered twice.
  ///
  /// - Throws: as `all`; `DeviceError` or `ThreadError` if a driver would end the process.
  package static func find() throws -> (devices: [Device], remarks: [String]) {
    DriverEnvironment.prepare()
    if let problem = DriverEnvironment.pinningProblem { throw DeviceError.environment(problem) }
    try DriverEnvironment.checkThreads()
    var platformCount: cl_uint = 0
    // NOTE: without any platform the ICD loader returns its own error code.
    guard clGetPlatformIDs(0, nil, &platformCount) == CL_SUCCESS, platformCount > 0 else {
      return ([], [])
    }
    var platforms = [cl_platform_id?](repeating: nil, count: Int(platformCount))
    try check(clGetPlatformIDs(platformCount, &platforms, nil), "clGetPlatformIDs")
    var devices: [Device] = []
    var remarks: [String] = []
    var failure: OpenCLError?
    for (number, platform) in platforms.enumerated() {
      do {
        let others = Processors.threads
        let found = try self.devices(of: platform, number: number)
        if found.first?.isPOCL == true { pinThreads(except: others) }
        let known = devices.first { known in found.contains { $0.id == known.id } }
        if let known {
          remarks.append(
            "platform \(number) is left out: it offers \(known.index) again, since its driver is "
              + "registered twice")
        } else {
          devices += found
        }
      } catch let error as OpenCLError {
        remarks.append("platform \(number) cannot be used: \(error)")
        failure = failure ?? error
      }
    }
    if devices.isEmpty, let failure { throw failure }
    return (devices, remarks)
  }

  /// Pins each thread that POCL has started to a CPU of its own, if there are as many threads as
  /// CPUs that this process may use. Otherwise the system often runs two on one core, and a kernel
  /// runs at half its speed for seconds. Fewer threads stay unpinned, since other programs may use
  /// the same CPUs.
  ///
  /// - Parameter others: The process's other threads.
  private static func pinThreads(except others: Set<Int32>) {
    let threads = Processors.threads.subtracting(others).sorted()
    let cpus = Processors.allowed
    guard DriverEnvironment.pinsThreads, threads.count == cpus.count, threads.count > 1 else {
      return
    }
    for (thread, cpu) in zip(threads, cpus) { Processors.pin(thread, to: cpu) }
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

  /// Chooses a device by name.
  ///
  /// - Parameters:
  ///   - request: An index `P:D`, `gpu`, `cpu`, or a part of a name, a platform's name or a
  ///     place; nil for the device that `GPUTRAIN_DEVICE` names. If neither is given, the choice
  ///     is the first GPU of any platform, else the first CPU, else any device.
  ///   - devices: The devices to choose from.
  /// - Throws: `DeviceError` if there is none.
  public static func choose(_ request: String?, from devices: [Device]) throws -> Device {
    let request = request ?? DriverEnvironment.requestedDevice
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
        [$0.name, $0.platform, $0.place ?? ""].joined(separator: " ").lowercased()
          .contains(request.lowercased())
      }
    guard let match else {
      throw DeviceError.noMatch(request: request, available: devices.map(\.description))
    }
    return match
  }

  /// A line for each driver that offers no device, or one line if no driver is registered.
  private static var driverProblems: [String] {
    let drivers = DriverEnvironment.drivers
    if let problem = DriverEnvironment.cacheProblem { return [problem] }
    guard !drivers.isEmpty else { return ["no driver is registered in \(DriverEnvironment.place)"] }
    return drivers.compactMap(\.problem)
  }
}
