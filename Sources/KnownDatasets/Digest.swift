import CCrypto
import Foundation

/// A message digest of OpenSSL's libcrypto.
package enum Digest: String, Sendable {
  /// The digest of data sets and kernels.
  case sha256 = "SHA-256"
  /// The digest of some data sets' archives.
  case md5 = "MD5"

  /// Returns the digest of the concatenated parts in lower-case hexadecimal.
  package func hex(of parts: [some ContiguousBytes]) -> String {
    guard let context = EVP_MD_CTX_new() else { return "" }
    defer { EVP_MD_CTX_free(context) }
    // If the library forbids MD5, the text is empty and matches no digest.
    guard EVP_DigestInit_ex(context, self == .md5 ? EVP_md5() : EVP_sha256(), nil) == 1 else {
      return ""
    }
    for part in parts {
      part.withUnsafeBytes { _ = EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    }
    var bytes = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    EVP_DigestFinal_ex(context, &bytes, &count)
    let digits = Array("0123456789abcdef")
    return String(bytes[..<Int(count)].flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
