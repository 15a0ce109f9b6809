import OAuthCore

/// The keys of one request: which signs, which verify, which are published.
struct SigningKeys: Sendable {
    private let records: [SigningKeyRecord]

    init(_ records: [SigningKeyRecord]) { self.records = records }

    /// The key that signs with an algorithm now.
    func current(_ algorithm: JWSAlgorithm) throws(JOSEError) -> SigningKey {
        guard let record = records.first(where: { $0.algorithm == algorithm && $0.retiredAt == nil }) else {
            throw .noMatchingKey(keyID: nil)
        }
        return record.key
    }

    /// The public halves that are published at this time, newest first (RFC 7517 §5).
    func published(at now: UnixTime) -> JSONWebKeySet {
        JSONWebKeySet(records.filter { $0.publishedUntil.map { now < $0 } ?? true }.map(\.key.publicKey))
    }

    /// The algorithms that ID tokens can be signed with.
    var algorithms: [JWSAlgorithm] {
        [.es256, .rs256].filter { algorithm in records.contains { $0.algorithm == algorithm && $0.retiredAt == nil } }
    }
}
