import Foundation
import Glibc
import OAuthCore

/// What the socket gives: the same login and the same request by hand, and nothing done with the answer but to read it,
/// or to write it to one file as it comes.
struct SocketLoad {
    private let arguments: Arguments

    init(_ arguments: Arguments) { self.arguments = arguments }

    /// Options: `port`, `user`, `token`, and `into`, a file.
    func run() throws -> [String: Double] {
        let connection = try connect(port: try arguments.number("port"))
        defer { close(connection) }
        let output = try arguments.optional("into").map { path in
            let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
            guard file >= 0 else { throw SocketError() }
            return file
        }
        let login = "user=\(try arguments.text("user"))\u{1}auth=Bearer \(try arguments.text("token"))\u{1}\u{1}"
        _ = try read(connection, until: "\r\n")
        try say("a AUTHENTICATE XOAUTH2 \(Data(login.utf8).base64EncodedString())\r\n", to: connection)
        _ = try read(connection, until: "a OK")
        try say("b EXAMINE INBOX\r\n", to: connection)
        _ = try read(connection, until: "b OK")
        let start = ContinuousClock.now
        try say("c UID FETCH 1:* (UID BODY.PEEK[])\r\n", to: connection)
        let bytes = try read(connection, until: "\r\nc OK", output: output)
        let seconds = start.duration(to: .now).inSeconds
        return ["seconds": seconds, "bytes": Double(bytes)]
    }

    private func connect(port: Int) throws -> Int32 {
        let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(clamping: port)).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.connect(connection, $0, size) }
        }
        guard connection >= 0, status == 0 else { throw SocketError() }
        return connection
    }

    private func say(_ text: String, to connection: Int32) throws {
        guard send(connection, text, text.utf8.count, 0) == text.utf8.count else { throw SocketError() }
    }

    private func read(_ connection: Int32, until end: String, output: Int32? = nil) throws -> Int {
        var buffer = [UInt8](repeating: 0, count: 262_144)
        var tail: [UInt8] = []
        var total = 0
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { throw SocketError() }
            if let output, write(output, buffer, count) != count { throw SocketError() }
            total += count
            // The answer to a login lists capabilities behind its first words.
            tail = Array((tail + buffer[max(0, count - 4_096)..<count]).suffix(4_096))
            if String(decoding: tail, as: UTF8.self).contains(end), tail.last == UInt8(ascii: "\n") { return total }
        }
    }
}

/// That the bare connection failed.
struct SocketError: Error {}
