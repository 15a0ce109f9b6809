import Foundation
import OAuthCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Files that commands read and write.
enum Files {
    /// A file's content.
    static func read(_ path: String, option: String) throws(CommandFailure) -> [UInt8] {
        do {
            return Array(try Data(contentsOf: URL(filePath: path)))
        } catch {
            throw CommandFailure("\(path) cannot be read: \(error.sentence)", next: "Check \(option).")
        }
    }

    /// The PEM text of authorities.
    static func authorities(_ path: String) throws(CommandFailure) -> String {
        let text = String(decoding: try read(path, option: "--ca-file"), as: UTF8.self)
        guard text.contains("-----BEGIN CERTIFICATE-----") else {
            throw CommandFailure("\(path) holds no certificate.", next: "Give --ca-file a PEM file.")
        }
        return text
    }

    /// A path that still leads there from another folder.
    static func absolute(_ path: String) -> String { URL(filePath: path).standardizedFileURL.path }

    /// Writes a file that is not there yet, whole and on disk or not at all; follows no link.
    ///
    /// - Parameter mode: its permissions, which no umask widens.
    /// - Throws: `POSIXError`; `.EEXIST` for a name that is taken.
    static func create(_ path: String, mode: mode_t, content: [UInt8]) throws(POSIXError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw lastError }
        defer { close(descriptor) }
        do throws(POSIXError) {
            var rest = content[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw lastError }
                rest = rest.dropFirst(count)
            }
            guard fsync(descriptor) == 0 else { throw lastError }
        } catch {
            unlink(path)
            throw error
        }
    }

    private static var lastError: POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
}

extension POSIXError {
    /// What the operating system says.
    var words: String { String(cString: strerror(code.rawValue)) }
}
