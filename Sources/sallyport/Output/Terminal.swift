import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Where commands write.
enum Terminal {
    /// A line on standard error. Where it cannot be written, nobody can be told.
    static func error(_ line: String) {
        _ = try? send(Array((line + "\n").utf8), to: STDERR_FILENO)
    }

    /// A line on standard output, there at once.
    static func output(_ line: String) { output(bytes: Array((line + "\n").utf8)) }

    /// Bytes on standard output as they are. The command ends where they cannot be written.
    static func output(bytes: [UInt8]) {
        do throws(POSIXError) {
            try send(bytes, to: STDOUT_FILENO)
        } catch {
            if error.code == .EPIPE { endAsUnread() }
            Terminal.error("sallyport: Standard output cannot be written: \(error.words).")
            exit(1)
        }
    }

    private static func send(_ bytes: [UInt8], to descriptor: Int32) throws(POSIXError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                // A pipe that somebody else set not to block.
                var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&ready, 1, -1)
            } else if errno != EINTR {
                throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
            }
        }
    }

    /// Ends as programs do whose reader has gone, such as `head`: by the signal, silently.
    private static func endAsUnread() -> Never {
        signal(SIGPIPE, SIG_DFL)
        raise(SIGPIPE)
        exit(128 + SIGPIPE)
    }
}
