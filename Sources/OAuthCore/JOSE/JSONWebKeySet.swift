/// A set of public keys (RFC 7517 §5), as an issuer publishes it.
public struct JSONWebKeySet: Hashable, Sendable {
    /// The most keys that a set may have; verification may have to try several of them.
    public static let maximumKeyCount = 100

    /// The usable keys, in order.
    public let keys: [JSONWebKey]
    /// The keys that were left out, and why.
    public let skipped: [SkippedKey]

    /// A key of a set that cannot be used.
    public struct SkippedKey: Hashable, Sendable {
        /// Its place in `keys`, counted from 0.
        public let index: Int
        /// Its `kid`, where it has one that is short and plain.
        public let keyID: String?
        /// What is wrong with it.
        public let reason: JOSEError
    }

    /// A set of these keys.
    public init(_ keys: [JSONWebKey]) {
        self.keys = keys
        skipped = []
    }

    private init(keys: [JSONWebKey], skipped: [SkippedKey]) {
        self.keys = keys
        self.skipped = skipped
    }

    /// Parses a set in UTF-8 JSON.
    ///
    /// - Parameter limit: the most bytes that are read. Default 1 MiB.
    /// - Throws: ``JOSEError/malformedKey(_:)``, and what ``parse(_:)`` throws.
    public static func parse(_ bytes: [UInt8], limit: Int = 1 << 20) throws(JOSEError) -> JSONWebKeySet {
        let object: JSONObject
        do { object = try JSONObject.parse(bytes, limit: limit) } catch { throw .malformedKey(error) }
        return try parse(object)
    }

    /// Reads a set. Keys that cannot be used are skipped (RFC 7517 §5 asks for it), so that one new kind of key does
    /// not cost all the others.
    ///
    /// - Throws: ``JOSEError/keyMember(_:)`` where `keys` is no array, ``JOSEError/tooManyKeys(count:limit:)``.
    public static func parse(_ object: JSONObject) throws(JOSEError) -> JSONWebKeySet {
        guard let values = object["keys"]?.array else { throw .keyMember("keys") }
        guard values.count <= maximumKeyCount else {
            throw .tooManyKeys(count: values.count, limit: maximumKeyCount)
        }
        var keys: [JSONWebKey] = []
        var skipped: [SkippedKey] = []
        for (index, value) in values.enumerated() {
            do throws(JOSEError) {
                guard let object = value.object else { throw .malformedKey(.notAnObject) }
                keys.append(try JSONWebKey.parse(object))
            } catch {
                let keyID = value.object?["kid"]?.string.flatMap(JOSEError.plain)
                skipped.append(SkippedKey(index: index, keyID: keyID, reason: error))
            }
        }
        return JSONWebKeySet(keys: keys, skipped: skipped)
    }

    /// The set as JSON, without the keys that were skipped.
    public var json: JSONObject { ["keys": .array(keys.map { .object($0.json) })] }

    /// The keys that may have signed under this header: those of its `kid` (where no key has it, those without a
    /// `kid`), and of them those whose kind, `alg`, `use` and `key_ops` go with its algorithm.
    public func keys(matching header: JWSHeader) -> [JSONWebKey] {
        let usable = keys.filter { (try? $0.requireVerifies(header.algorithm)) != nil }
        guard let keyID = header.keyID else { return usable }
        let named = keys.contains { $0.keyID == keyID }
        return usable.filter { named ? $0.keyID == keyID : $0.keyID == nil }
    }
}
