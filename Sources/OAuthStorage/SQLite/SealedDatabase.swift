import Crypto
package import Foundation
package import GRDB
package import OAuthCore

/// A database with a key file of mode 0600 beside it, under which its secrets are encrypted.
///
/// Several processes may share one. A write is answered when it is on disk.
package struct SealedDatabase: Sendable {
    /// The database, to be read and written.
    package let pool: DatabasePool
    private let material: SymmetricKey
    private let encryption: SymmetricKey

    /// Opens a database, and creates it with its key file if it is not there yet.
    ///
    /// - Parameters:
    ///   - path: the database file; `<path>.key`, `<path>-wal` and `<path>-shm` lie beside it.
    ///   - purpose: what the key is derived for, and the label of the database's threads.
    package init(path: String, purpose: String, migrator: DatabaseMigrator) throws(StoreOpeningError) {
        let isNew = try DatabaseFiles.isNew(path)
        let keyFile = try KeyFile(path: path + ".key", isDatabaseNew: isNew)
        try DatabaseFiles.createIfMissing(path)
        material = keyFile.key.withBytes { SymmetricKey(data: $0) }
        encryption = Self.derive(purpose, material)
        do {
            var configuration = Configuration()
            configuration.label = "sallyport \(purpose)"
            configuration.busyMode = .timeout(5)
            configuration.foreignKeysEnabled = true
            pool = try DatabasePool(path: path, configuration: configuration)
            // GRDB sets NORMAL when it turns on WAL, which a power cut can take a rotated refresh token back from.
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            guard try !pool.read(migrator.hasBeenSuperseded) else { throw StoreOpeningError.newerSchema(path: path) }
            try migrator.migrate(pool)
            // Until here nobody else prepares the database: the key file is locked while it is open.
            withExtendedLifetime(keyFile) {}
        } catch let error as StoreOpeningError {
            throw error
        } catch {
            throw .cannotOpen(path: path, reason: Self.reason(error))
        }
    }

    private static func derive(_ purpose: String, _ material: SymmetricKey) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: material, info: Data("sallyport \(purpose)".utf8), outputByteCount: 32)
    }

    /// Another secret from the same key file (HKDF-SHA256, RFC 5869): 32 bytes, the same as long as the file is.
    package func secret(for purpose: String) -> Secret {
        Self.derive(purpose, material).withUnsafeBytes { Secret(bytes: $0) }
    }

    /// Encrypts a value; the place where it lies is bound to it, so that no other can be put there.
    package func seal(_ plain: Data, at place: Data) throws -> Data {
        guard let combined = try AES.GCM.seal(plain, using: encryption, authenticating: place).combined else {
            throw SealError()
        }
        return combined
    }

    /// Decrypts a value of this place.
    ///
    /// - Throws: ``SealError`` where it was sealed under another key, for another place, or is damaged.
    package func open(_ sealed: Data, at place: Data) throws(SealError) -> Data {
        guard let box = try? AES.GCM.SealedBox(combined: sealed),
            let plain = try? AES.GCM.open(box, using: encryption, authenticating: place)
        else { throw SealError() }
        return plain
    }

    /// What a failure was, in words without values of the database.
    package static func reason(_ error: any Error) -> String {
        if error is SealError { return "what is stored cannot be decrypted: the key file belongs to another database" }
        let database = error as? DatabaseError
        return database.map { $0.message ?? "SQLite error \($0.resultCode.rawValue)" } ?? "\(type(of: error))"
    }
}

/// A stored value cannot be decrypted.
package struct SealError: Error {
    package init() {}
}
