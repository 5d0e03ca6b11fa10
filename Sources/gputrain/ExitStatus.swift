import Datasets
import Evaluation
import Explorer
import Files
import GPUTensor
import GenerativeModels
import ModelFiles
import ONNX
import SafeTensors
import Statistics

/// The error of a request that makes no sense, though each option is well formed.
struct UsageError: Error, CustomStringConvertible {
  let description: String
}

/// The error of input that is missing, damaged or does not fit.
struct InputError: Error, CustomStringConvertible {
  let description: String
}

/// The error of a place for output that cannot be used.
struct OutputError: Error, CustomStringConvertible {
  let description: String
}

/// The program's exit codes, as in sysexits.h.
enum ExitStatus: Int32 {
  /// Bad usage.
  case usage = 64
  /// Bad data: a data set, a checkpoint, a folder of kernels, a model file or its layers.
  case data = 65
  /// No usable device.
  case unavailable = 69
  /// A kernel that does not build, or is wrong.
  case software = 70
  /// Output that cannot be written.
  case output = 74
  /// A training that diverged.
  case diverged = 75
  /// SIGHUP, as when the terminal is closed, after a checkpoint was written.
  case hangup = 129
  /// Ctrl-C, after a checkpoint was written.
  case interrupted = 130
  /// SIGTERM, after a checkpoint was written.
  case terminated = 143
  /// SIGXCPU, the limit on CPU time, after a checkpoint was written.
  case cpuTimeExceeded = 152

  /// The code of one of the program's own errors; nil for any other, such as the parser's.
  init?(of error: any Error) {
    switch error {
    case is UsageError: self = .usage
    case DatasetError.unknownName: self = .usage
    case is InputError, is DatasetError, is SafeTensorsError, is CheckpointError,
      is ModelError, is ModelFileError, is ONNXError, is ExplorerError, is KernelSourceError,
      is ImageEvaluator.UselessClassifier, is SymmetricMatrix.NoSolution:
      self = .data
    case let error as FileError: self = error.operation == .read ? .data : .output
    case is DeviceError, is OpenCLError, is DeviceMemoryError, is PrecisionError,
      is KernelCacheError, is ThreadError:
      self = .unavailable
    case is KernelBuildError, is SelfTestFailure: self = .software
    case is OutputError: self = .output
    case is Diverged, is Divergence: self = .diverged
    case let error as SweepFailure: self = error.status
    case let error as Interrupted: self = ExitStatus(rawValue: 128 + error.signal) ?? .interrupted
    default: return nil
    }
  }
}
