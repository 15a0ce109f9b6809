/// A JWS in compact serialisation (RFC 7515 §7.1), taken apart and not yet verified.
///
/// What is in it may be looked at to find the key (whose `iss` is it?), and only for that: trust starts with the
/// ``VerifiedJWS`` that ``verify(with:algorithms:)-(JSONWebKeySet,_)`` answers.
public struct CompactJWS: Sendable {
    /// The protected header, unproven.
    public let header: JWSHeader
    /// The payload, unproven.
    public let unverifiedPayload: [UInt8]
    /// The signature.
    public let signature: [UInt8]

    /// What is signed: the first two parts and the dot between them.
    private let signingInput: [UInt8]

    /// Takes a compact JWS apart.
    ///
    /// - Parameter limit: the most bytes that are read. Default 16 KiB.
    /// - Throws: ``JOSEError/tooLarge(count:limit:)``, ``JOSEError/partCount(_:)``, ``JOSEError/malformedPart(_:)``,
    ///   ``JOSEError/malformedHeader(_:)``, ``JOSEError/headerParameter(_:)``, ``JOSEError/unsecured`` for `none`,
    ///   ``JOSEError/unsupportedAlgorithm(name:)``, ``JOSEError/criticalHeader``,
    ///   ``JOSEError/refusedHeaderParameter(_:)``.
    public static func parse(_ text: String, limit: Int = 16_384) throws(JOSEError) -> CompactJWS {
        let count = text.utf8.count
        guard count <= limit else { throw .tooLarge(count: count, limit: limit) }
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .partCount(parts.count) }
        guard let header = Base64URL.decode(Substring(parts[0])) else { throw .malformedPart(.header) }
        guard let payload = Base64URL.decode(Substring(parts[1])) else { throw .malformedPart(.payload) }
        guard let signature = Base64URL.decode(Substring(parts[2])) else { throw .malformedPart(.signature) }
        let parameters: JSONObject
        do { parameters = try JSONObject.parse(header) } catch { throw .malformedHeader(error) }
        return CompactJWS(
            header: try JWSHeader(parameters), unverifiedPayload: payload, signature: signature,
            signingInput: Array(text.utf8[..<parts[1].endIndex]))
    }

    /// Verifies the signature with the keys of a set that match the header.
    ///
    /// - Parameters:
    ///   - keys: the keys of the expected signer, and of nobody else.
    ///   - algorithms: what is accepted; the header only chooses among them.
    /// - Throws: ``JOSEError/algorithmNotAllowed(_:)``, ``JOSEError/noMatchingKey(keyID:)`` (the set may be out of
    ///   date), ``JOSEError/signatureLength(found:expected:)`` or ``JOSEError/invalidSignature``.
    public func verify(
        with keys: JSONWebKeySet, algorithms: Set<JWSAlgorithm>
    ) throws(JOSEError) -> VerifiedJWS {
        guard algorithms.contains(header.algorithm) else { throw .algorithmNotAllowed(header.algorithm) }
        var failure = JOSEError.noMatchingKey(keyID: header.keyID.flatMap(JOSEError.plain))
        for key in keys.keys(matching: header) {
            do throws(JOSEError) {
                return try verify(with: key, algorithms: algorithms)
            } catch {
                failure = error
            }
        }
        throw failure
    }

    /// Verifies the signature with one key, whatever `kid` the header has.
    ///
    /// - Throws: ``JOSEError/algorithmNotAllowed(_:)``, ``JOSEError/keyAlgorithmMismatch(_:)``, ``JOSEError/keyUse``,
    ///   ``JOSEError/signatureLength(found:expected:)`` or ``JOSEError/invalidSignature``.
    public func verify(
        with key: JSONWebKey, algorithms: Set<JWSAlgorithm> = JWSAlgorithm.asymmetric
    ) throws(JOSEError) -> VerifiedJWS {
        guard algorithms.contains(header.algorithm) else { throw .algorithmNotAllowed(header.algorithm) }
        try key.verify(signature, of: signingInput, algorithm: header.algorithm)
        return VerifiedJWS(header: header, payload: unverifiedPayload, key: key)
    }

    /// Verifies the authentication code with a shared key; the header must have the key's own algorithm.
    ///
    /// - Throws: ``JOSEError/keyAlgorithmMismatch(_:)``, ``JOSEError/signatureLength(found:expected:)`` or
    ///   ``JOSEError/invalidSignature``.
    public func verify(with key: HMACKey) throws(JOSEError) -> VerifiedJWS {
        guard header.algorithm == key.algorithm else { throw .keyAlgorithmMismatch(header.algorithm) }
        try key.verify(signature, of: signingInput)
        return VerifiedJWS(header: header, payload: unverifiedPayload, key: nil)
    }
}

extension CompactJWS: CustomStringConvertible, CustomReflectable {
    /// The algorithm; the rest is a token and stays out of logs.
    public var description: String { "CompactJWS(\(header.algorithm), redacted)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// A JWS whose signature has been verified. Only ``CompactJWS`` makes one.
public struct VerifiedJWS: Hashable, Sendable {
    /// The protected header.
    public let header: JWSHeader
    /// The payload.
    public let payload: [UInt8]
    /// The public key that verified it; `nil` for a shared key.
    public let key: JSONWebKey?

    fileprivate init(header: JWSHeader, payload: [UInt8], key: JSONWebKey?) {
        self.header = header
        self.payload = payload
        self.key = key
    }
}
