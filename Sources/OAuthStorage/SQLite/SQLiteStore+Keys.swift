import GRDB
public import OAuthCore
public import OAuthServer

extension SQLiteStore: KeyStore {
    public func signingKeys() async throws(StoreError) -> [SigningKeyRecord] {
        let derivedKeys = derivedKeys
        let keys = try await cached {
            $0.signingKeys
        } keep: {
            $0.signingKeys = $1
        } read: { db in
            try db.rows("SELECT \(SigningKeyRecord.columns) FROM signing_key ORDER BY number DESC", [])
                .map { try SigningKeyRecord(row: $0, derivedKeys) }
        }
        return keys ?? []
    }

    public func rotate(to key: SigningKeyRecord, publishedUntil: UnixTime) async throws(StoreError) {
        let keyID = key.key.keyID
        let sealed: [UInt8]
        do { sealed = Array(try derivedKeys.seal(key.key.pkcs8DER(), keyID: keyID)) } catch { throw StoreError(error) }
        let written = try await write { db, cache in
            _ = try db.run(
                "UPDATE signing_key SET retired_at = ?, published_until = ? WHERE algorithm = ? AND retired_at IS NULL",
                [key.createdAt.seconds, publishedUntil.seconds, key.algorithm.rawValue])
            _ = try db.run(
                """
                INSERT INTO signing_key
                (key_id, algorithm, sealed_private_key, created_at, retired_at, published_until)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
                [
                    keyID, key.algorithm.rawValue, sealed.blob, key.createdAt.seconds, key.retiredAt?.seconds,
                    key.publishedUntil?.seconds,
                ])
            cache.append(.forgetSigningKeys)
            return .rows(1)
        }
        // The id is a digest of the key: taken means that this very key is stored already.
        guard written.outcome == .committed else { throw .unavailable(reason: "the signing key is stored already") }
    }

    public func removeUnpublished(before now: UnixTime) async throws(StoreError) {
        _ = try await write { db, cache in
            let count = try db.run("DELETE FROM signing_key WHERE published_until <= ?", [now.seconds])
            if count > 0 { cache.append(.forgetSigningKeys) }
            return .rows(count)
        }
    }
}

extension SigningKeyRecord {
    static let columns = "key_id, algorithm, sealed_private_key, created_at, retired_at, published_until"

    init(row: Row, _ keys: DerivedKeys) throws(StoreError) {
        var columns = Columns(row, of: "signing key")
        let keyID = try columns.text()
        let algorithm = JWSAlgorithm(rawValue: try columns.text())
        let privateKey = try keys.open(try columns.bytes(), keyID: keyID)
        let key: SigningKey
        do {
            key = try SigningKey(pkcs8DER: privateKey, algorithm: algorithm, keyID: keyID)
        } catch {
            throw columns.unreadable
        }
        self.init(
            key: key, algorithm: algorithm, createdAt: try columns.time(), retiredAt: try columns.optionalTime(),
            publishedUntil: try columns.optionalTime())
    }
}
