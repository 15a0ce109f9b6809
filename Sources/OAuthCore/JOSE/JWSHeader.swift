/// The protected header of a JWS (RFC 7515 §4). It is what the peer wrote, and stays unproven until the JWS is
/// verified.
///
/// Keys in a header (`jwk`, `jku`, `x5c`, `x5u`) are never used to verify it; who needs one (DPoP) reads it from
/// ``parameters`` on purpose.
public struct JWSHeader: Hashable, Sendable {
    /// Every parameter.
    public let parameters: JSONObject
    /// `alg`: an implemented algorithm, never `none`.
    public let algorithm: JWSAlgorithm
    /// `kid`: which key signed.
    public let keyID: String?
    /// `typ` as it was written; compare ``mediaType``.
    public let type: String?
    /// `x5t`: the SHA-1 thumbprint of the signer's certificate, in base64url.
    public let certificateThumbprint: String?
    /// `x5t#S256`: the SHA-256 thumbprint of the signer's certificate, in base64url.
    public let certificateThumbprintSHA256: String?

    /// `typ` in lower case and without `application/`, which may be left out (RFC 7515 §4.1.9): `at+jwt`, `jwt`.
    public var mediaType: String? { type.map(Self.mediaType(of:)) }

    static func mediaType(of type: String) -> String {
        let lowercased = type.lowercased()
        let prefix = "application/"
        guard lowercased.hasPrefix(prefix), !lowercased.dropFirst(prefix.count).contains("/") else { return lowercased }
        return String(lowercased.dropFirst(prefix.count))
    }

    init(_ parameters: JSONObject) throws(JOSEError) {
        guard let name = parameters["alg"]?.string else { throw .headerParameter("alg") }
        guard name.lowercased() != "none" else { throw .unsecured }
        algorithm = JWSAlgorithm(rawValue: name)
        guard algorithm.scheme != nil else { throw .unsupportedAlgorithm(name: JOSEError.plain(name)) }
        // No extension is understood, and whoever lists one demands that it is; an empty list is malformed.
        guard parameters["crit"] == nil else { throw .criticalHeader }
        for name in ["b64", "zip"] where parameters[name] != nil { throw .refusedHeaderParameter(name) }
        keyID = try Self.text("kid", parameters)
        type = try Self.text("typ", parameters)
        certificateThumbprint = try Self.text("x5t", parameters)
        certificateThumbprintSHA256 = try Self.text("x5t#S256", parameters)
        self.parameters = parameters
    }

    private static func text(_ name: String, _ parameters: JSONObject) throws(JOSEError) -> String? {
        guard let value = parameters[name] else { return nil }
        guard let text = value.string else { throw .headerParameter(name) }
        return text
    }
}
