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
    let digits = Array("0123456789abcdef")
    return String(bytes(of: parts).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }

  /// Returns the digest of the concatenated parts in base 64, as content security policies have it.
  package func base64(of parts: [some ContiguousBytes]) -> String {
    Data(bytes(of: parts)).base64EncodedString()
  }

  /// Returns the digest; nothing if the library forbids MD5, so that it matches no digest.
  private func bytes(of parts: [some ContiguousBytes]) -> [UInt8] {
    guard let context = EVP_MD_CTX_new() else { return [] }
    defer { EVP_MD_CTX_free(context) }
    guard EVP_DigestInit_ex(context, self == .md5 ? EVP_md5() : EVP_sha256(), nil) == 1 else {
      return []
    }
    for part in parts {
      part.withUnsafeBytes { _ = EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    }
    var bytes = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    EVP_DigestFinal_ex(context, &bytes, &count)
    return Array(bytes[..<Int(count)])
  }
}
