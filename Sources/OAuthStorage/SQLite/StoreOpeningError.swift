/// Why a store cannot be opened: what is wrong, and what to do about it.
public enum StoreOpeningError: Error, Sendable, Hashable {
    /// The database exists, but the file with the key that its secrets are encrypted under does not.
    case keyFileMissing(path: String)
    /// Others than its owner may read or write the key file; the permission bits that were found.
    case keyFilePermissions(path: String, found: UInt32)
    /// The key file is not 32 bytes long.
    case keyFileLength(path: String, found: Int)
    /// The key file was made for another database.
    case keyFileOfAnotherDatabase(path: String)
    /// A later version of this program has changed the database's schema.
    case newerSchema(path: String)
    /// The file cannot be read or written, or is no database.
    case cannotOpen(path: String, reason: String)
}

extension StoreOpeningError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .keyFileMissing(let path):
            "the key file \(path) is missing; restore it from the backup that the database came from"
        case .keyFilePermissions(let path, let found):
            "the key file \(path) has mode \(Self.octal(found)), open to others; run: chmod 600 '\(path)'"
        case .keyFileLength(let path, let found):
            "the key file \(path) has \(found) bytes where 32 are expected; restore it from a backup"
        case .keyFileOfAnotherDatabase(let path):
            "the key file \(path) belongs to another database; restore the one that was made with this database"
        case .newerSchema(let path):
            "the database \(path) was written by a later version of this program; use that version"
        case .cannotOpen(let path, let reason):
            "cannot open \(path): \(reason)"
        }
    }

    private static func octal(_ mode: UInt32) -> String {
        let digits = String(mode, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
