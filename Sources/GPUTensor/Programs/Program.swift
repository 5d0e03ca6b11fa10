import COpenCL

/// The error for a kernel that the device's compiler rejects.
public struct KernelBuildError: Error, CustomStringConvertible {
  /// The device's name.
  public let device: String
  /// The compiler's messages.
  public let log: String

  /// One line: the compiler's first error, which begins with the kernel file's name and line.
  public var description: String {
    let lines = log.split(separator: "\n")
    let first = lines.first { $0.contains("error") } ?? lines.first ?? "the compiler gave no reason"
    return "a kernel does not build on \(device): \(first.drop(while: \.isWhitespace))"
  }
}

/// A built program with the kernels of many variants.
final class Program {
  private let handle: cl_program
  private let kernelNames: [KernelVariant: String]

  /// Composes a program of variants and builds it.
  ///
  /// - Throws: `KernelBuildError`, `KernelSourceError`, `OpenCLError`.
  init(
    _ variants: [KernelVariant], from files: KernelFiles, on device: Device, in context: cl_context
  ) throws {
    let text = try ProgramText(variants, from: files)
    let program = try text.text.withCString { source in
      try create("clCreateProgramWithSource") {
        var source: UnsafePointer<CChar>? = source
        return clCreateProgramWithSource(context, 1, &source, nil, $0)
      }
    }
    handle = program
    kernelNames = text.kernelNames
    var id: cl_device_id? = device.id
    let code = clBuildProgram(program, 1, &id, Self.options(files.sources), nil, nil)
    if code == CL_BUILD_PROGRAM_FAILURE {
      let log = try? readText { size, place, needed in
        clGetProgramBuildInfo(
          program, device.id, cl_program_build_info(CL_PROGRAM_BUILD_LOG), size, place,
          needed)
      }
      // NOTE: POCL returns the same code if memory runs out, and then its log has no error.
      guard let log, !log.isEmpty, !log.contains("error") else {
        throw KernelBuildError(device: device.name, log: log ?? "")
      }
    }
    try check(code, "clBuildProgram", device.name)
  }

  /// The build options. Warnings, which drivers print to stderr, are only for authors of kernels.
  private static func options(_ sources: KernelSources) -> String {
    switch sources {
    case .embedded: "-cl-std=CL1.2 -cl-kernel-arg-info -w"
    case .folder: "-cl-std=CL1.2 -cl-kernel-arg-info"
    }
  }

  deinit { clReleaseProgram(handle) }

  /// Creates a kernel object for one launch, whose arguments stay bound.
  func makeKernel(_ variant: KernelVariant) throws -> cl_kernel {
    guard let name = kernelNames[variant] else {
      throw KernelSourceError(description: "\(variant.function) is not in the program")
    }
    return try create("clCreateKernel", variant.function) { clCreateKernel(handle, name, $0) }
  }
}
