import OAuthServer

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The database's files on disk, and which ones they were when it was opened.
///
/// A process goes on writing to a file that was moved away or deleted without noticing; what it answered would be lost.
/// So before each commit and each read the names must still lead to the same files.
struct DatabaseFiles: Sendable {
    private struct Identity: Hashable {
        let device: UInt64
        let number: UInt64

        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            device = UInt64(status.st_dev)
            number = UInt64(status.st_ino)
        }
    }

    private let path: String
    private let database: Identity
    private let log: Identity

    /// The files of a database that is open now.
    init(path: String) throws(StoreOpeningError) {
        guard let database = Identity(path), let log = Identity(path + "-wal") else { throw .system(path) }
        self.path = path
        self.database = database
        self.log = log
    }

    /// - Throws: `StoreError.unavailable` until the files are back.
    func verify() throws(StoreError) {
        guard Identity(path) == database, Identity(path + "-wal") == log else {
            throw .unavailable(reason: "the database file \(path) was moved, replaced or deleted")
        }
    }

    /// Whether there is nothing yet: no file, or one that was created and never written.
    static func isNew(_ path: String) throws(StoreOpeningError) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0 else {
            guard errno == ENOENT else { throw .system(path) }
            return true
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .cannotOpen(path: path, reason: "not a plain file") }
        return status.st_size == 0
    }

    /// Creates an empty file that only its owner can read. SQLite gives its other files the same mode.
    static func createIfMissing(_ path: String) throws(StoreOpeningError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system(path) }
        close(descriptor)
    }
}
