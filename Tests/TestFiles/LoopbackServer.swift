import Foundation
import Synchronization

/// An HTTP server on the loopback address that gives the answers of a test, including wrong ones.
public final class LoopbackServer: Sendable {
  /// An answer to a request for a path.
  public enum Answer: Sendable {
    case file([UInt8])
    /// Claims the whole length and closes the connection after half of it.
    case truncated([UInt8])
    /// Sends half of the content, then waits until the other side closes.
    case stalled([UInt8])
    case status(Int)
    /// Redirects to another path.
    case redirect(String)
  }

  public let port: UInt16
  private let socket: Int32
  private let answers: Mutex<[String: [Answer]]>
  private let requests = Mutex<[String]>([])

  public var address: String { "http://127.0.0.1:\(port)/" }

  /// The paths requested so far.
  public var requested: [String] { requests.withLock { $0 } }

  /// - Parameter answers: The answers for each path, in order; the last one is repeated.
  ///   Other paths get a 404.
  public init(_ answers: [String: [Answer]]) throws {
    self.answers = Mutex(answers)
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let ready = withUnsafeMutablePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, size) == 0 && listen(socket, 16) == 0
          && getsockname(socket, $0, &size) == 0
      }
    }
    guard ready else { throw POSIXError(.EADDRNOTAVAIL) }
    self.socket = socket
    port = UInt16(bigEndian: name.sin_port)
    Thread.detachNewThread { [weak self] in
      while true {
        let connection = accept(socket, nil, nil)
        guard connection >= 0, let self else { return }
        // A child process that inherits the connection would keep it open.
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        self.serve(connection)
      }
    }
  }

  deinit {
    shutdown(socket, Int32(SHUT_RDWR))
    close(socket)
  }

  private func serve(_ connection: Int32) {
    defer { close(connection) }
    var request: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !request.suffix(4).elementsEqual([13, 10, 13, 10]) {
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return }
      request += buffer[..<count]
    }
    let words = String(decoding: request, as: UTF8.self).split(separator: " ")
    let path = words.count > 1 ? String(words[1].dropFirst()) : ""
    requests.withLock { $0.append(path) }
    let answer = answers.withLock { answers -> Answer in
      guard let list = answers[path], let first = list.first else { return .status(404) }
      if list.count > 1 { answers[path] = Array(list.dropFirst()) }
      return first
    }
    switch answer {
    case .file(let bytes): send(head("200 OK", length: bytes.count) + bytes, to: connection)
    case .truncated(let bytes):
      send(head("200 OK", length: bytes.count) + bytes[..<(bytes.count / 2)], to: connection)
    case .stalled(let bytes):
      send(head("200 OK", length: bytes.count) + bytes[..<(bytes.count / 2)], to: connection)
      _ = recv(connection, &buffer, 1, 0)
    case .status(let status): send(head("\(status) Reason", length: 0), to: connection)
    case .redirect(let target):
      send(head("302 Found", length: 0, "Location: /\(target)\r\n"), to: connection)
    }
  }

  private func head(_ status: String, length: Int, _ fields: String = "") -> [UInt8] {
    Array(
      "HTTP/1.1 \(status)\r\nContent-Length: \(length)\r\n\(fields)Connection: close\r\n\r\n".utf8)
  }

  private func send(_ bytes: [UInt8], to connection: Int32) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(
          connection, $0.baseAddress?.advanced(by: sent), $0.count - sent,
          Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      sent += count
    }
  }
}
