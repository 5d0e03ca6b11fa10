import Datasets
import Evaluation
import Files
import GPUTensor
import GenerativeModels
import SafeTensors
import Statistics

/// A request that makes no sense, though each option is well formed.
struct UsageError: Error, CustomStringConvertible {
  let description: String
}

/// Input that is not what it should be.
struct InputError: Error, CustomStringConvertible {
  let description: String
}

/// A place for output that cannot be used.
struct OutputError: Error, CustomStringConvertible {
  let description: String
}

/// The program's exit codes, as in sysexits.h.
enum ExitStatus: Int32 {
  /// Bad usage.
  case usage = 64
  /// Bad data: a data set, a checkpoint, a folder of kernels or a model's layers.
  case data = 65
  /// No usable device.
  case unavailable = 69
  /// A kernel that does not build, or is wrong.
  case software = 70
  /// Output trouble.
  case output = 74
  /// A training whose numbers are not finite any more.
  case diverged = 75
  /// A terminal that was closed, after a checkpoint was written.
  case hangup = 129
  /// Ctrl-C, after a checkpoint was written.
  case interrupted = 130
  /// SIGTERM, after a checkpoint was written.
  case terminated = 143
  /// SIGXCPU, the limit on CPU time, after a checkpoint was written.
  case cpuTimeExceeded = 152

  /// The code of an error that the program knows; nil for one of the parser's.
  init?(of error: any Error) {
    switch error {
    case is UsageError: self = .usage
    case DatasetError.unknownName: self = .usage
    case is InputError, is DatasetError, is SafeTensorsError, is CheckpointError,
      is ModelError, is KernelSourceError, is ImageEvaluator.UselessClassifier,
      is SymmetricMatrix.NoSolution:
      self = .data
    case let error as FileError: self = error.operation == .read ? .data : .output
    case is DeviceError, is OpenCLError, is DeviceMemoryError, is PrecisionError,
      is KernelCacheError, is ThreadError:
      self = .unavailable
    case is KernelBuildError, is SelfTestFailure: self = .software
    case is OutputError: self = .output
    case is Diverged, is Divergence: self = .diverged
    case let error as Interrupted: self = ExitStatus(rawValue: 128 + error.signal) ?? .interrupted
    default: return nil
    }
  }
}
