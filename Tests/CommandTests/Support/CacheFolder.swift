import Foundation

extension Gputrain {
  /// The environment with a cache folder of its own; the driver's compiled kernels stay where they are.
  static func environment(cache: String) -> [String: String?] {
    let old = ProcessInfo.processInfo.environment
    let caches = old["XDG_CACHE_HOME"] ?? "\(old["HOME"] ?? NSHomeDirectory())/.cache"
    return [
      "XDG_CACHE_HOME": cache, "POCL_CACHE_DIR": old["POCL_CACHE_DIR"] ?? "\(caches)/pocl/kcache",
    ]
  }
}
