/// The hashes that bind a token or a code to an ID token (OpenID Connect Core §3.1.3.6 and §3.3.2.11): the left half of
/// its hash, by the hash function of the ID token's algorithm, in base64url.
public enum TokenHash {
    /// `at_hash` of an access token for an ID token signed with this algorithm.
    ///
    /// - Throws: ``JOSEError/unsupportedAlgorithm(name:)``.
    public static func atHash(_ accessToken: Secret, algorithm: JWSAlgorithm) throws(JOSEError) -> String {
        try leftHalf(accessToken, algorithm)
    }

    /// `c_hash` of an authorization code for an ID token signed with this algorithm.
    ///
    /// - Throws: ``JOSEError/unsupportedAlgorithm(name:)``.
    public static func cHash(_ code: Secret, algorithm: JWSAlgorithm) throws(JOSEError) -> String {
        try leftHalf(code, algorithm)
    }

    private static func leftHalf(_ value: Secret, _ algorithm: JWSAlgorithm) throws(JOSEError) -> String {
        guard let hash = algorithm.hash else {
            throw .unsupportedAlgorithm(name: JOSEError.plain(algorithm.rawValue))
        }
        return Base64URL.encode(hash.digest(of: value.withBytes { Array($0) }).prefix(hash.byteCount / 2))
    }
}
