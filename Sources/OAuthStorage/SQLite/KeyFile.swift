import Foundation
import OAuthCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The file beside a database that holds the key its secrets are encrypted under: 32 random bytes, of mode 0600.
///
/// While it is kept open it is locked, so that two processes do not prepare one database at the same time.
final class KeyFile {
    static let byteCount = 32

    let path: String
    let key: Secret
    private let descriptor: Int32

    /// Opens the key file of a database.
    ///
    /// - Parameter isDatabaseNew: whether to make a key file if there is none.
    init(path: String, isDatabaseNew: Bool) throws(StoreOpeningError) {
        if isDatabaseNew { try Self.createIfMissing(path) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            guard errno != ENOENT else { throw .keyFileMissing(path: path) }
            throw .system(path)
        }
        do {
            key = try Self.read(descriptor, path)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    private static func read(_ descriptor: Int32, _ path: String) throws(StoreOpeningError) -> Secret {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .cannotOpen(path: path, reason: "not a plain file") }
        guard status.st_mode & 0o177 == 0 else {
            throw .keyFilePermissions(path: path, found: UInt32(status.st_mode & 0o7777))
        }
        guard status.st_size == byteCount else { throw .keyFileLength(path: path, found: Int(status.st_size)) }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw .system(path) }
        }
        var bytes = [UInt8](repeating: 0, count: byteCount)
        let count = pread(descriptor, &bytes, byteCount, 0)
        defer { for index in bytes.indices { bytes[index] = 0 } }
        guard count == byteCount else { throw .keyFileLength(path: path, found: max(0, count)) }
        return Secret(bytes: bytes)
    }

    /// Makes the file whole under another name and then links it, so that nobody ever finds half a key. It must be on
    /// disk before anything is encrypted under it.
    private static func createIfMissing(_ path: String) throws(StoreOpeningError) {
        let temporary = "\(path).\(String(UInt64.random(in: .min ... .max), radix: 36)).new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .system(path) }
        defer {
            close(descriptor)
            unlink(temporary)
        }
        var generator = SystemRandomNumberGenerator()
        var bytes = (0..<byteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        defer { for index in bytes.indices { bytes[index] = 0 } }
        guard write(descriptor, bytes, byteCount) == byteCount, fsync(descriptor) == 0 else { throw .system(path) }
        guard link(temporary, path) == 0 || errno == EEXIST else { throw .system(path) }
        try synchronizeDirectory(of: path)
    }

    private static func synchronizeDirectory(of path: String) throws(StoreOpeningError) {
        let directory = open(URL(fileURLWithPath: path).deletingLastPathComponent().path, O_RDONLY | O_CLOEXEC)
        guard directory >= 0 else { throw .system(path) }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw .system(path) }
    }
}

extension StoreOpeningError {
    /// What the operating system said last.
    static func system(_ path: String) -> Self { .cannotOpen(path: path, reason: String(cString: strerror(errno))) }
}
