import COpenCL
import Foundation

/// The kind of a device, which decides its kernels.
public enum DeviceKind: String, Sendable {
  /// A processor's cores, such as POCL offers.
  case cpu
  /// A graphics processor.
  case gpu
  /// An accelerator or a custom device.
  case other
}

/// An OpenCL device, with the properties on which the choice of kernels depends.
public struct Device: @unchecked Sendable {
  // NOTE: platform and device handles are never released and may be used from any thread.
  let id: cl_device_id
  /// Its index, platform and device, such as `0:1`; `--device` accepts it.
  public let index: String
  /// The driver's name for the device.
  public private(set) var name: String
  /// The name of the platform that offers it.
  public let platform: String
  /// Its address on the PCI bus, such as `0000:41:00.0`, or else its UUID; nil if the driver gives
  /// neither.
  public let place: String?
  /// The driver's own version.
  public let driverVersion: String
  /// The version of OpenCL C that its compiler supports.
  public let languageVersion: String
  /// Its kind.
  public private(set) var kind: DeviceKind
  /// Cores, or multiprocessors.
  public private(set) var computeUnits: Int
  /// Global memory, in bytes.
  public private(set) var memory: Int
  /// The largest single buffer, in bytes.
  public private(set) var maximumAllocation: Int
  /// Local memory of a work-group, in bytes.
  public private(set) var localMemory: Int
  /// The most work-items in a group.
  public private(set) var maximumWorkGroup: Int
  /// Floats in a vector register; 1 on most GPUs.
  public private(set) var floatLanes: Int
  /// The bytes of a core's second-level cache; 0 if unknown, or if the device is not a CPU.
  private(set) var secondCache: Int
  /// The alignment of sub-buffers, in bytes.
  public let bufferAlignment: Int

  /// Work-items in a group that shares a row or a sum; 1 on a CPU.
  var sharingGroup: Int { kind == .cpu ? 1 : 64 }

  /// Whether its driver is NVIDIA's, which accepts inline PTX in kernels.
  package private(set) var isNVIDIA: Bool

  /// Whether its driver compiles a kernel at its first launch and keeps it on disk, as POCL does.
  package var compilesAtLaunch: Bool { kind == .cpu && isPOCL }

  /// Whether POCL offers it.
  var isPOCL: Bool { platform == "Portable Computing Language" }

  /// Returns the number of processes that compile kernels soonest. Each takes 0.5 s before its
  /// first kernel, so another one pays for six kernels or more.
  package func compilerCount(for kernels: Int) -> Int {
    compilesAtLaunch ? min(computeUnits, 4, max(1, kernels / 6)) : 1
  }

  init(id: cl_device_id, index: String, platform: String) throws {
    self.id = id
    self.index = index
    self.platform = platform
    name = try Self.text(id, CL_DEVICE_NAME)
    place = Self.place(of: id)
    driverVersion = try Self.text(id, CL_DRIVER_VERSION)
    languageVersion = try Self.text(id, CL_DEVICE_OPENCL_C_VERSION)
    let type = try Self.value(id, CL_DEVICE_TYPE, cl_device_type(0))
    kind =
      type & cl_device_type(CL_DEVICE_TYPE_GPU) != 0
      ? .gpu : type & cl_device_type(CL_DEVICE_TYPE_CPU) != 0 ? .cpu : .other
    computeUnits = Int(try Self.value(id, CL_DEVICE_MAX_COMPUTE_UNITS, cl_uint(0)))
    memory = Int(clamping: try Self.value(id, CL_DEVICE_GLOBAL_MEM_SIZE, cl_ulong(0)))
    maximumAllocation = Int(
      clamping: try Self.value(id, CL_DEVICE_MAX_MEM_ALLOC_SIZE, cl_ulong(0)))
    localMemory = Int(clamping: try Self.value(id, CL_DEVICE_LOCAL_MEM_SIZE, cl_ulong(0)))
    maximumWorkGroup = try Self.value(id, CL_DEVICE_MAX_WORK_GROUP_SIZE, 0)
    floatLanes = Int(try Self.value(id, CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT, cl_uint(0)))
    secondCache = kind == .cpu ? max(0, sysconf(Int32(_SC_LEVEL2_CACHE_SIZE))) : 0
    // The device gives the alignment in bits. It is at least a cache line, so that no two tensors
    // share one.
    let bits = Int(try Self.value(id, CL_DEVICE_MEM_BASE_ADDR_ALIGN, cl_uint(0)))
    bufferAlignment = max(64, bits / 8)
    isNVIDIA = try Self.text(id, CL_DEVICE_EXTENSIONS).split(separator: " ")
      .contains("cl_nv_device_attribute_query")
  }

  /// Returns the device with at most this many bytes of memory and in a buffer, for tests of what
  /// does not fit.
  package func limited(memory: Int = .max, buffer: Int = .max) -> Device {
    var device = self
    device.memory = min(memory, self.memory)
    device.maximumAllocation = min(buffer, maximumAllocation)
    return device
  }

  /// Returns this device with the properties of a GPU with tensor cores. A step recorded for it
  /// has the launches of such a GPU, but cannot run.
  ///
  /// - Parameters:
  ///   - units: Its multiprocessors.
  ///   - localMemory: The local memory of a work-group, in bytes.
  package func imagined(units: Int, localMemory: Int) -> Device {
    var gpu = self
    gpu.name = "a GPU of \(units) units that is not here"
    (gpu.kind, gpu.isNVIDIA) = (.gpu, true)
    (gpu.computeUnits, gpu.localMemory) = (units, localMemory)
    (gpu.maximumWorkGroup, gpu.floatLanes, gpu.secondCache) = (1024, 1, 0)
    (gpu.memory, gpu.maximumAllocation) = (.max, .max)
    return gpu
  }

  private static func value<T: BitwiseCopyable>(
    _ id: cl_device_id, _ key: Int32, _ start: T
  ) throws -> T {
    var value = start
    try check(
      clGetDeviceInfo(id, cl_device_info(key), MemoryLayout<T>.size, &value, nil),
      "clGetDeviceInfo", "query \(key)")
    return value
  }

  private static func text(_ id: cl_device_id, _ key: Int32) throws -> String {
    try readText { size, place, needed in
      clGetDeviceInfo(id, cl_device_info(key), size, place, needed)
    }
  }
}

extension Device: CustomStringConvertible {
  /// Its index, name and platform.
  public var description: String { "\(index) \(name) (\(platform))" }
}

/// Reads a text by an OpenCL query, in two calls: for its size, then for its characters.
func readText(
  _ query: (Int, UnsafeMutableRawPointer?, UnsafeMutablePointer<Int>?) -> cl_int
) throws -> String {
  var size = 0
  try check(query(0, nil, &size), "clGetInfo")
  var characters = [UInt8](repeating: 0, count: size)
  try check(query(size, &characters, nil), "clGetInfo")
  return String(decoding: characters.prefix { $0 != 0 }, as: UTF8.self)
    .trimmingWhitespace()
}

extension String {
  /// The string without white space at its ends.
  func trimmingWhitespace() -> String {
    let body = drop(while: \.isWhitespace)
    return String(body.reversed().drop(while: \.isWhitespace).reversed())
  }
}
