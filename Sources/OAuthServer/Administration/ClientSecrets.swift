public import OAuthCore

extension ClientRecord {
    /// The shortest secret that someone may bring, in bytes: it is kept under one fast hash.
    public static let shortestSecret = 32

    /// Gives the client a fresh secret in place of all it had.
    ///
    /// - Returns: the secret, to be shown once.
    public mutating func replaceSecret(random: RandomSource, now: UnixTime) -> Secret {
        let secret = Secret(random.token(prefix: TokenPrefix.clientSecret))
        secrets = [HashedSecret(of: secret, createdAt: now)]
        return secret
    }

    /// Gives the client a secret that someone brings.
    ///
    /// - Throws: `RegistrationError` for one of fewer than 32 bytes, or with characters that are not printable ASCII.
    public mutating func setSecret(_ secret: Secret, now: UnixTime) throws(RegistrationError) {
        let isVisible = secret.withBytes { $0.allSatisfy { (0x20...0x7E).contains($0) } }
        guard secret.count >= Self.shortestSecret, isVisible else {
            throw RegistrationError(problems: [
                .init(
                    field: .secret,
                    message:
                        "A secret has at least \(Self.shortestSecret) printable ASCII characters; this one has \(secret.count)."
                )
            ])
        }
        secrets = [HashedSecret(of: secret, createdAt: now)]
    }
}
