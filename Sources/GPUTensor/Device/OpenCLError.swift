import COpenCL

/// A failed OpenCL call.
public struct OpenCLError: Error, CustomStringConvertible, Equatable {
  /// The status that the call returned, such as `CL_OUT_OF_RESOURCES` (−5).
  public let code: Int32
  /// The function, such as `clEnqueueNDRangeKernel`.
  public let call: String
  /// The object of the call: a kernel's label, a buffer's name or a device.
  public let object: String

  /// The code's name in `cl.h`, or its number.
  public var name: String { Self.names[code] ?? "OpenCL error \(code)" }

  /// One line: call, object, code and, if known, what to do.
  public var description: String {
    let about = object.isEmpty ? "" : " (\(object))"
    let hint = Self.hints[code].map { "; \($0)" } ?? ""
    return "\(call)\(about) failed: \(name)\(hint)"
  }

  private static let hints: [Int32: String] = [
    -4: "the device's memory is full: try a smaller batch or another --device",
    -5: "the device ran out of resources: try a smaller batch or another --device",
    -6: "the host's memory is full",
    -11: "the compiler found no error: check the limits on memory (ulimit -v)",
    -61: "a buffer is larger than this device allows: try a smaller batch",
  ]

  private static let names: [Int32: String] = [
    -1: "CL_DEVICE_NOT_FOUND", -2: "CL_DEVICE_NOT_AVAILABLE", -3: "CL_COMPILER_NOT_AVAILABLE",
    -4: "CL_MEM_OBJECT_ALLOCATION_FAILURE", -5: "CL_OUT_OF_RESOURCES",
    -6: "CL_OUT_OF_HOST_MEMORY", -7: "CL_PROFILING_INFO_NOT_AVAILABLE",
    -8: "CL_MEM_COPY_OVERLAP", -11: "CL_BUILD_PROGRAM_FAILURE", -12: "CL_MAP_FAILURE",
    -13: "CL_MISALIGNED_SUB_BUFFER_OFFSET",
    -14: "CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST", -15: "CL_COMPILE_PROGRAM_FAILURE",
    -16: "CL_LINKER_NOT_AVAILABLE", -17: "CL_LINK_PROGRAM_FAILURE",
    -30: "CL_INVALID_VALUE", -31: "CL_INVALID_DEVICE_TYPE", -32: "CL_INVALID_PLATFORM",
    -33: "CL_INVALID_DEVICE", -34: "CL_INVALID_CONTEXT", -36: "CL_INVALID_COMMAND_QUEUE",
    -38: "CL_INVALID_MEM_OBJECT", -42: "CL_INVALID_BINARY", -43: "CL_INVALID_BUILD_OPTIONS",
    -44: "CL_INVALID_PROGRAM", -45: "CL_INVALID_PROGRAM_EXECUTABLE",
    -46: "CL_INVALID_KERNEL_NAME", -47: "CL_INVALID_KERNEL_DEFINITION", -48: "CL_INVALID_KERNEL",
    -49: "CL_INVALID_ARG_INDEX", -50: "CL_INVALID_ARG_VALUE", -51: "CL_INVALID_ARG_SIZE",
    -52: "CL_INVALID_KERNEL_ARGS", -53: "CL_INVALID_WORK_DIMENSION",
    -54: "CL_INVALID_WORK_GROUP_SIZE", -55: "CL_INVALID_WORK_ITEM_SIZE",
    -56: "CL_INVALID_GLOBAL_OFFSET", -57: "CL_INVALID_EVENT_WAIT_LIST", -58: "CL_INVALID_EVENT",
    -59: "CL_INVALID_OPERATION", -61: "CL_INVALID_BUFFER_SIZE",
    -63: "CL_INVALID_GLOBAL_WORK_SIZE", -1001: "CL_PLATFORM_NOT_FOUND_KHR",
  ]
}

/// Throws if `code` is not `CL_SUCCESS`.
func check(_ code: Int32, _ call: String, _ object: @autoclosure () -> String = "") throws {
  guard code == CL_SUCCESS else { throw OpenCLError(code: code, call: call, object: object()) }
}

/// Calls a function that creates an OpenCL object.
///
/// - Parameters:
///   - call: The function's name.
///   - object: The object of the call, for errors.
///   - body: Makes the call: gets a pointer for the status, and returns the handle.
/// - Returns: The handle.
/// - Throws: `OpenCLError`.
func create(
  _ call: String, _ object: @autoclosure () -> String = "",
  _ body: (UnsafeMutablePointer<cl_int>) -> OpaquePointer?
) throws -> OpaquePointer {
  var code: cl_int = CL_SUCCESS
  let handle = body(&code)
  try check(code, call, object())
  guard let handle else {
    throw OpenCLError(code: CL_INVALID_VALUE, call: call, object: object())
  }
  return handle
}
